"""Templates per kind: who comes, agenda, what to bring. A branch's own comes before the bureau's, that before ours."""

from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from wagtail.log_actions import log

from activities.choices import Kind
from activities.models import ActivityTemplate

MEMBERS = "全体党员"
NOTES = "学习笔记本"
# What stands until an office or a branch says otherwise: (who comes, agenda by line, what to bring). It goes into
# records as it is, so it is written in the bureau's language like any other record.
BUILT_IN = {
    Kind.GENERAL: (
        MEMBERS,
        ("清点到会人数，宣布应到、有表决权和实到人数", "听取支部委员会工作报告", "讨论需决定的事项", "逐项表决",
         "宣布表决结果"),
        NOTES,
    ),
    Kind.COMMITTEE: (
        "支部委员",
        ("传达学习上级文件精神", "通报上次会议决定事项的落实情况", "研究本月工作安排", "明确责任人和完成时限"),
        NOTES,
    ),
    Kind.GROUP: ("党小组全体党员", ("集中学习", "交流思想和工作情况", "布置本月任务"), NOTES),
    Kind.LECTURE: (MEMBERS, ("主讲人授课", "交流讨论", "主持人小结"), NOTES),
    Kind.THEME_DAY: (
        MEMBERS,
        ("重温入党誓词", "集中学习", "围绕主题开展活动", "交流讨论", "通报党费交纳和上月任务落实情况"),
        "佩戴党员徽章，带学习笔记本",
    ),
    Kind.LIFE: (
        MEMBERS,
        ("通报上次组织生活会整改落实和本次会前准备情况", "支部班子作对照检查，班子成员逐一开展批评和自我批评",
         "党员开展批评和自我批评", "上级党组织派员点评", "明确整改事项"),
        "个人对照检查材料",
    ),
    Kind.APPRAISAL: (MEMBERS, ("组织学习，明确评议要求", "个人自评", "党员互评", "民主测评", "支部委员会提出评定意见"),
                     "个人总结"),
    Kind.TALK: ("谈话双方", ("了解思想、工作和生活情况", "沟通意见建议", "商定改进事项"), ""),
    Kind.JOINT: (
        "主办支部和共建单位党员",
        ("双方通报近期工作", "对照需求、资源、项目三张清单逐项对接", "联合开展活动", "商定下一步安排和责任人"),
        "",
    ),
    Kind.VOLUNTEERING: ("自愿报名的党员", ("集合分组，说明任务和安全事项", "分组开展服务", "集中小结"), "佩戴党员徽章"),
    Kind.STUDY_VISIT: ("指定参加的人员", ("走访一线站点和农户", "座谈听取意见", "梳理问题，明确办理单位"), NOTES),
}  # fmt: skip


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
    def note(self):
        """What those who come are told, in one line."""
        with override(settings.LANGUAGE_CODE):
            who = _("参加人员：%(people)s。") % {"people": self.expects} if self.expects else ""
            return who + (_("请带：%(things)s。") % {"things": self.bring} if self.bring else "")


SOURCES = {
    "own": gettext_lazy("本组织模板"),
    "bureau": gettext_lazy("党建办模板"),
    "built_in": gettext_lazy("系统内置模板"),
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
    return Text(kind, expects, "\n".join(agenda), bring, SOURCES["built_in"])


@transaction.atomic
def keep(*, kind, organisation, version, by, expects, agenda, bring):
    """Make these the words of `kind` for `organisation` (None: for the bureau), unless changed since `version`."""
    row = ActivityTemplate.objects.select_for_update().filter(kind=kind, organisation=organisation).first()
    if version != (row.version if row else 0):
        raise ValidationError(_("该模板已被他人修改，请核对最新内容后再次提交。"), code="stale")
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
