"""The order of a round (通知 with its 名单) as a Word file, in the layout of official papers."""

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from staff.choices import RoundState
from staff.word import Paper, written

# In mm, of the 156 between the margins.
WIDTHS = (12, 19, 30, 22, 44, 29)


def order(*, round, postings, extract=False):
    """The notice with the list of `postings`, in Chinese whatever the reader's language; an `extract` says so."""
    with translation.override(settings.LANGUAGE_CODE):
        return _order(round, postings, extract)


def _order(round, postings, extract):
    title = _("关于选派人员下沉一线的通知")
    paper = Paper(title, subtitle=round.order_number)
    if round.state == RoundState.DRAFT:
        paper.paragraph(_("（征求意见稿，批准后生效）"), align="center")
    paper.paragraph(_("各有关单位："), indent=False)
    facts = {"name": round.name, "starts": written(round.starts), "ends": written(round.ends)}
    paper.paragraph(
        _("经研究，决定选派下列人员参加%(name)s，时间自%(starts)s至%(ends)s。现将有关事项通知如下。") % facts
    )
    paper.heading(_("一、选派人员"))
    count, hosts = len(postings), len({posting.host_unit_id for posting in postings})
    text = _("共选派%(count)d人到%(hosts)d个单位，名单附后。") % {"count": count, "hosts": hosts}
    paper.paragraph(text)
    paper.heading(_("二、工作要求"))
    paper.paragraph(round.note or _("下沉人员服从接收单位统一安排，请假、返岗按规定报批。"))
    paper.heading(_("三、纪律与保障"))
    paper.paragraph(_("请假3天以内由接收单位审批，超过3天报党建办审批；派驻超过6个月的，按规定办理组织关系转接。"))
    paper.date(timezone.localdate())
    paper.heading(_("附：下沉人员名单（节选）") if extract else _("附：下沉人员名单"))
    head = [_("序号"), _("姓名"), _("派出单位"), _("接收单位"), _("岗位职责"), _("期间")]
    rows = [_line(number, posting) for number, posting in enumerate(postings, start=1)]
    paper.table(head, rows, widths=WIDTHS)
    return paper


def _line(number, posting):
    duty = posting.duty
    if posting.need and posting.need.place:
        duty = f"{duty}（{posting.need.place}）"
    period = f"{posting.starts:%Y.%m.%d}—{posting.ends:%Y.%m.%d}"
    return [number, posting.member.name, str(posting.home_unit), str(posting.host_unit), duty, period]
