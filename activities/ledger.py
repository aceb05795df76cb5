"""The year's ledger of a branch (台账): every activity that it and its groups held, from the records themselves."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from activities.choices import BY_NAME, ActivityState, Kind, MinutesState
from activities.models import Activity, ActivityHost, Minutes
from staff.word import Paper
from staff.wording import listed

HEADERS = tuple(
    gettext_lazy(text) for text in ("序号", "日期", "类型", "主题", "地点", "应到", "实到", "请假", "缺席", "会议记录")
)
# Kinds that are not meetings have no minutes of their own.
WITHOUT_MINUTES = (*BY_NAME, Kind.JOINT)
# Widths of the columns on landscape paper, in mm.
WIDTHS = (12, 21, 38, 62, 38, 13, 13, 13, 13, 20)


@dataclass(frozen=True)
class Line:
    """One activity as the ledger has it; `signed` of the `due` minutes are signed, `drafted` are begun."""

    number: int
    activity: object
    kinds: str
    hosts: str
    due: int
    drafted: int
    signed: int

    @property
    def minutes(self):
        """How its minutes stand, in words."""
        if not self.due:
            return "—"
        if self.signed >= self.due:
            return _("已签字")
        if self.signed:
            return _("已签%(signed)d/%(due)d") % {"signed": self.signed, "due": self.due}
        return _("未签字") if self.drafted else _("无记录")

    @property
    def tone(self):
        """Tone of that word."""
        if not self.due:
            return "muted"
        if self.signed >= self.due:
            return "green"
        # What has not been confirmed as held may still be going on.
        return "amber" if self.drafted or self.activity.state == ActivityState.SCHEDULED else "red"

    def cells(self):
        """The line in the order of the headers."""
        one = self.activity
        figures = (one.expected, one.present, one.on_leave, one.absent)
        return [self.number, one.day, self.kinds, one.title, one.place, *figures, self.minutes]


@dataclass(frozen=True)
class Ledger:
    """A branch's year: its lines and their sums."""

    branch: object
    year: int
    lines: list

    @property
    def title(self):
        """What the ledger is called on paper."""
        return _("%(branch)s%(year)d年度组织生活台账") % {"branch": self.branch.name, "year": self.year}

    @property
    def expected(self):
        """All who were expected, over the year."""
        return sum(line.activity.expected for line in self.lines)

    @property
    def present(self):
        """All who were there, over the year."""
        return sum(line.activity.present for line in self.lines)

    @property
    def rate(self):
        """Those there of those expected, in whole per cent; None when nobody was."""
        return round(100 * self.present / self.expected) if self.expected else None

    @property
    def unsigned(self):
        """How many activities still lack signed minutes."""
        return sum(1 for line in self.lines if line.signed < line.due)

    def by_kind(self):
        """How many were held of each kind, in the order of the kinds."""
        held = [row.kind for line in self.lines for row in line.activity.kinds.all()]
        return [(kind.label, held.count(kind.value)) for kind in Kind if kind.value in held]


def of_branch(branch, *, year, on):
    """The ledger of `branch` for a year as the day `on` knows it; four queries."""
    rows = Activity.objects.of_organisation(branch).counted(date(year, 1, 1), date(year, 12, 31), on)
    rows = rows.with_turnout().order_by("starts", "pk")
    rows = rows.prefetch_related(
        "kinds",
        Prefetch("hosts", ActivityHost.objects.select_related("organisation")),
        Prefetch("minutes", Minutes.objects.select_related("organisation").defer("text")),
    )
    return Ledger(branch, year, [_line(branch, number, row) for number, row in enumerate(rows, start=1)])


def _line(branch, number, activity):
    """The branch's own minutes count, one for each kind that has any."""
    minuted = {row.kind for row in activity.kinds.all()} - {kind.value for kind in WITHOUT_MINUTES}
    minutes = [
        row for row in activity.minutes.all() if row.kind in minuted and row.organisation.path.startswith(branch.path)
    ]
    signed = {row.kind for row in minutes if row.state == MinutesState.SIGNED}
    return Line(
        number=number,
        activity=activity,
        kinds=listed(str(label) for label in activity.kind_labels),
        hosts=listed(str(host.organisation) for host in activity.hosts.all()),
        due=len(minuted),
        drafted=len(minutes),
        signed=len(signed),
    )


def _short(day):
    """A day of the year that the title names."""
    return date_format(day, "MONTH_DAY_FORMAT")


def paper(ledger, *, on):
    """The ledger as a landscape paper for Word."""
    sheet = Paper(ledger.title, landscape=True, pages="of")
    counts = [_("%(kind)s%(n)d次") % {"kind": kind, "n": n} for kind, n in ledger.by_kind()]
    sums = _("全年组织生活%(n)d次") % {"n": len(ledger.lines)}
    if ledger.rate is not None:
        sums += _("，应到%(expected)d人次，实到%(present)d人次，到会率%(rate)d%%") % {
            "expected": ledger.expected,
            "present": ledger.present,
            "rate": ledger.rate,
        }
    for sentence in (sums, pgettext("between counts", "，").join(counts)):
        if sentence:
            sheet.paragraph(pgettext("a sentence", "%(text)s。") % {"text": sentence})
    rows = [[_short(cell) if isinstance(cell, date) else cell for cell in line.cells()] for line in ledger.lines]
    sheet.table([str(head) for head in HEADERS], rows, widths=WIDTHS)
    sheet.sign(_("支部书记"), _("填表人"))
    sheet.date(on)
    return sheet
