"""Templates per kind: who comes, agenda, what to bring. A branch's own comes before the bureau's, that before ours."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from activities.choices import Kind
from activities.models import ActivityTemplate

MEMBERS = _("全体党员")
NOTES = _("学习笔记本")
# What stands until an office or a branch says otherwise: (who comes, agenda by line, what to bring), proposed in the
# language of whoever schedules.
BUILT_IN = {
    Kind.GENERAL: (
        MEMBERS,
        (
            _("清点到会人数，宣布应到、有表决权和实到人数"),
            _("听取支部委员会工作报告"),
            _("讨论需决定的事项"),
            _("逐项表决"),
            _("宣布表决结果"),
        ),
        NOTES,
    ),
    Kind.COMMITTEE: (
        _("支部委员"),
        (
            _("传达学习上级文件精神"),
            _("通报上次会议决定事项的落实情况"),
            _("研究本月工作安排"),
            _("明确责任人和完成时限"),
        ),
        NOTES,
    ),
    Kind.GROUP: (_("党小组全体党员"), (_("集中学习"), _("交流思想和工作情况"), _("布置本月任务")), NOTES),
    Kind.LECTURE: (MEMBERS, (_("主讲人授课"), _("交流讨论"), _("主持人小结")), NOTES),
    Kind.THEME_DAY: (
        MEMBERS,
        (_("重温入党誓词"), _("集中学习"), _("围绕主题开展活动"), _("交流讨论"), _("通报党费交纳和上月任务落实情况")),
        _("佩戴党员徽章，带学习笔记本"),
    ),
    Kind.LIFE: (
        MEMBERS,
        (
            _("通报上次组织生活会整改落实和本次会前准备情况"),
            _("支部班子作对照检查，班子成员逐一开展批评和自我批评"),
            _("党员开展批评和自我批评"),
            _("上级党组织派员点评"),
            _("明确整改事项"),
        ),
        _("个人对照检查材料"),
    ),
    Kind.APPRAISAL: (
        MEMBERS,
        (_("组织学习，明确评议要求"), _("个人自评"), _("党员互评"), _("民主测评"), _("支部委员会提出评定意见")),
        _("个人总结"),
    ),
    Kind.TALK: (_("谈话双方"), (_("了解思想、工作和生活情况"), _("沟通意见建议"), _("商定改进事项")), ""),
    Kind.JOINT: (
        _("主办支部和共建单位党员"),
        (
            _("双方通报近期工作"),
            _("对照需求、资源、项目三张清单逐项对接"),
            _("联合开展活动"),
            _("商定下一步安排和责任人"),
        ),
        "",
    ),
    Kind.VOLUNTEERING: (
        _("自愿报名的党员"),
        (_("集合分组，说明任务和安全事项"), _("分组开展服务"), _("集中小结")),
        _("佩戴党员徽章"),
    ),
    Kind.STUDY_VISIT: (
        _("指定参加的人员"),
        (_("走访一线站点和农户"), _("座谈听取意见"), _("梳理问题，明确办理单位")),
        NOTES,
    ),
}


@dataclass(frozen=True)
class Text:
    """What an activity of a kind starts with, and whose words they are."""

    kind: str
    expects: str
    agenda: str
    bring: str
    source: str
    version: int = 0
    own: bool = False

    @property
    def label(self):
        """The kind in words."""
        return Kind(self.kind).label

    @property
    def outline(self):
        """The agenda on one line."""
        return pgettext("between clauses", "；").join(self.agenda.splitlines())

    @property
    def note(self):
        """What those who come are told, in one line."""
        who = gettext("参加人员：%(people)s。") % {"people": self.expects} if self.expects else ""
        return who + (gettext("请带：%(things)s。") % {"things": self.bring} if self.bring else "")


SOURCES = {
    "own": _("本组织模板"),
    "bureau": _("党建办模板"),
    "built_in": _("系统内置模板"),
}


def for_organisation(organisation):
    """The text of each kind for `organisation` (None is the bureau), from one query: {kind: Text}."""
    found = {}
    whose = Q(organisation__isnull=True) if organisation is None else Q(organisation=organisation)
    rows = ActivityTemplate.objects.filter(whose | Q(organisation__isnull=True))
    for row in rows:
        own = row.organisation_id == (organisation.pk if organisation else None)
        if own or row.kind not in found:
            source = SOURCES["own" if own and organisation else "bureau"]
            found[row.kind] = Text(row.kind, row.expects, row.agenda, row.bring, source, row.version, own)
    return {kind: found.get(kind) or built_in(kind) for kind in Kind}


def built_in(kind):
    """The text that comes with the portal."""
    expects, agenda, bring = BUILT_IN[kind]
    return Text(kind, str(expects), "\n".join(map(str, agenda)), str(bring), SOURCES["built_in"])


@transaction.atomic
def keep(*, kind, organisation, version, by, expects, agenda, bring):
    """Make these the words of `kind` for `organisation` (None: for the bureau), unless changed since `version`."""
    row = ActivityTemplate.objects.select_for_update().filter(kind=kind, organisation=organisation).first()
    if version != (row.version if row else 0):
        raise ValidationError(gettext("该模板已被他人修改，请核对最新内容后再次提交。"), code="stale")
    row = row or ActivityTemplate(kind=kind, organisation=organisation, version=0)
    row.expects, row.agenda, row.bring = expects.strip(), agenda.strip(), bring.strip()
    row.version += 1
    row.full_clean()
    row.save()
    log(instance=row, action="activities.template.keep", user=by)
    return row


@transaction.atomic
def restore(*, kind, organisation, by):
    """Let go of the organisation's own words for `kind`, so that the bureau's or the portal's hold again."""
    row = ActivityTemplate.objects.select_for_update().filter(kind=kind, organisation=organisation).first()
    if row is not None:
        log(instance=row, action="activities.template.restore", user=by)
        row.delete()
