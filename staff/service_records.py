"""What somebody did at the front line: each posting with its days, leave, shifts, reports and opinions, counted from
the records, as a page and as a Word file."""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Prefetch
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from staff.choices import ShiftKind, Side
from staff.models import Leave, Posting, ShiftDuty
from staff.periods import days_between
from staff.word import Paper, written

# In mm, of the 156 between the margins.
WIDTHS = (34, 122)


@dataclass(frozen=True)
class Service:
    """One posting of the record."""

    posting: Posting
    days: int
    leaves: list
    leave_days: int
    duties: int
    joint: int
    reports: list
    opinions: list


@dataclass(frozen=True)
class Record:
    """All that a reader may see of somebody's service; `day` is the day it is counted on."""

    member: object
    day: object
    services: list

    @property
    def days(self):
        """Days in post in all."""
        return sum(one.days for one in self.services)

    @property
    def shifts(self):
        """Shifts and joint actions in all."""
        return sum(one.duties + one.joint for one in self.services)

    @property
    def reports(self):
        """Reports in all."""
        return sum(len(one.reports) for one in self.services)


def record(*, member, user, day):
    """The record of `member` as `user` may read it, the latest posting first. Six queries."""
    duties = ShiftDuty.objects.filter(shift__ends__lte=timezone.now()).select_related("shift")
    rows = Posting.objects.visible_to(user).served().filter(member=member, starts__lte=day)
    rows = rows.select_related("round", "home_unit", "host_unit").order_by("-starts", "-pk")
    rows = rows.prefetch_related(
        Prefetch("leaves", Leave.objects.order_by("starts")),
        "reports",
        "opinions",
        Prefetch("duties", duties, to_attr="duties_done"),
    )
    return Record(member=member, day=day, services=[_service(posting, day) for posting in rows])


def _service(posting, day):
    leaves = [leave for leave in posting.leaves.all() if leave.is_in_force]
    joint = sum(duty.shift.kind == ShiftKind.JOINT for duty in posting.duties_done)
    order = {side: place for place, side in enumerate(Side)}
    return Service(
        posting=posting,
        days=posting.days_in_post(day),
        leaves=leaves,
        leave_days=sum(days_between(leave.starts, leave.ends) for leave in leaves),
        duties=len(posting.duties_done) - joint,
        joint=joint,
        reports=sorted(posting.reports.all(), key=lambda report: (report.day, report.pk)),
        opinions=sorted(posting.opinions.all(), key=lambda opinion: order.get(opinion.side, 9)),
    )


def paper(found):
    """The record as a paper, in Chinese whatever the reader's language."""
    with translation.override(settings.LANGUAGE_CODE):
        return _paper(found)


def _paper(found):
    paper = Paper(_("下沉一线服务记录"), pages="of")
    member = found.member
    paper.fields(
        [
            (_("姓名"), f"{member.name}（{member.employee_number}）"),
            (_("单位"), member.unit),
            (_("合计"), _("派驻%(n)d次，在岗%(days)d天，值班和联合行动%(shifts)d次，日志%(reports)d篇")
             % {"n": len(found.services), "days": found.days, "shifts": found.shifts, "reports": found.reports}),
        ]
    )  # fmt: skip
    for number, one in enumerate(found.services, start=1):
        paper.heading(f"{_numeral(number)}、{one.posting.host_unit}（{one.posting.round.name}）")
        paper.table([_("项目"), _("内容")], _lines(one), widths=WIDTHS)
        if one.reports:
            paper.heading(_("（一）工作日志"), level=2)
            for report in one.reports:
                paper.paragraph(f"{written(report.day)}（{report.get_span_display()}）：{report.text}")
        for opinion in one.opinions:
            paper.heading(_("%(side)s鉴定意见") % {"side": opinion.get_side_display()}
                          if opinion.side != Side.SELF else _("本人小结"), level=2)  # fmt: skip
            paper.paragraph(opinion.text)
            paper.paragraph(f"{opinion.signed_by}　{written(opinion.signed_on)}", indent=False, align="right")
    paper.date(found.day)
    return paper


def _lines(one):
    posting = one.posting
    leave = "；".join(f"{leave.starts:%Y.%m.%d}—{leave.ends:%Y.%m.%d} {leave.reason}" for leave in one.leaves)
    return [
        [_("派出单位"), posting.home_unit],
        [_("岗位职责"), posting.duty],
        [_("期间"), f"{written(posting.starts)}至{written(posting.ends)}（{posting.get_state_display()}）"],
        [_("在岗天数"), _("%(n)d天") % {"n": one.days}],
        [_("请假"), f"{_('%(n)d天') % {'n': one.leave_days}}：{leave}" if leave else _("无")],
        [_("值班"), _("%(n)d次") % {"n": one.duties}],
        [_("联合行动"), _("%(n)d次") % {"n": one.joint}],
    ]


def _numeral(number):
    digits = "〇一二三四五六七八九"
    if number < 10:
        return digits[number]
    tens, ones = divmod(number, 10)
    return (digits[tens] if tens > 1 else "") + "十" + (digits[ones] if ones else "")
