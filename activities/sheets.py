"""The sign-in sheet (签到表): one fact with the list and the workbook, laid out to be signed by hand."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from activities import attendance
from activities.choices import AttendanceState
from activities.models import Minutes
from staff.models import Post
from staff.word import Paper, lasting
from staff.wording import colon, listed

# Places for those whom nobody foresaw.
BLANK_ROWS = 6
ROW_MM = 10
# Where something is written by hand.
BLANK = "　" * 5
WIDTHS = (10, 20, 42, 24, 19, 24, 17)


@dataclass(frozen=True)
class Sheet:
    """A sign-in sheet: the lines of its head, those expected, and the block of observers and partners."""

    title: str
    fields: list
    head: list
    rows: list
    guests: list


def sheet(activity):
    """The sheet of `activity`, whose hosts and kinds were fetched."""
    people = list(
        activity.attendances.select_related("member__branch", "member__unit").order_by("member__spelling", "pk")
    )
    posts = {}
    held = Post.objects.on(activity.day).filter(member__in=[row.member_id for row in people])
    for post in held.order_by("pk"):
        posts.setdefault(post.member_id, post.get_kind_display())
    rows = [
        [
            str(number),
            row.member.name,
            str(row.member.branch or row.member.unit),
            posts.get(row.member_id) or row.member.position,
            row.member.get_party_status_display(),
            "",
            remark(row),
        ]
        for number, row in enumerate(people, start=1)
    ]
    guests = [
        [str(number), guest.name, guest.unit, "", guest.get_kind_display(), "", _clock(guest.checked_in_at)]
        for number, guest in enumerate(activity.guests.all(), start=1)
    ]
    start = len(guests) + 1
    guests += [[str(number), *[""] * 6] for number in range(start, start + BLANK_ROWS)]
    return Sheet(
        title=_("签到表"),
        fields=head_of(activity),
        head=[_("序号"), _("姓名"), _("党组织（单位）"), _("职务"), _("身份"), _("签名"), _("备注")],
        rows=rows,
        guests=guests,
    )


def head_of(activity):
    """The lines above the table."""
    figures = attendance.turnout(activity)
    minutes = Minutes.objects.filter(activity=activity).select_related("chair", "recorder").order_by("pk").first()
    chair, recorder = (minutes.chair, minutes.recorder) if minutes else (None, None)
    kinds = listed(activity.kind_labels)
    counted = _("应到%(expected)s人，实到%(there)s人，请假%(leave)s人，缺席%(absent)s人") % {
        "expected": figures.expected,
        "there": figures.there if figures.there else BLANK[:2],
        "leave": figures.leave if figures.there or figures.leave else BLANK[:2],
        "absent": figures.absent if figures.there else BLANK[:2],
    }
    return [
        (pgettext("one", "活动"), _("%(title)s（%(kinds)s）") % {"title": activity.title, "kinds": kinds}),
        (_("主办"), listed(host.organisation.name for host in activity.hosts.all())),
        (_("时间"), lasting(activity.starts, activity.ends)),
        (_("地点"), activity.place),
        (_("主持人"), chair or BLANK),
        (_("记录人"), recorder or BLANK),
        (_("出席"), counted),
    ]


def _clock(moment):
    return _("扫码%(time)s") % {"time": f"{timezone.localtime(moment):%H:%M}"} if moment else ""


def remark(row):
    """What is known already of somebody on the list: checked in when, late, on leave why, absent, made up when."""
    words = [_clock(row.checked_in_at)] if row.is_there else []
    if row.state in (AttendanceState.LATE, AttendanceState.ABSENT):
        words.append(row.get_state_display())
    if row.state == AttendanceState.LEAVE:
        words.append(f"{row.get_state_display()}{colon()}{row.reason}")
    if row.made_up_on:
        words.append(_("%(day)s补课") % {"day": f"{row.made_up_on.month}.{row.made_up_on.day}"})
    return " ".join(word for word in words if word)


def paper(activity):
    """The sheet as a Word file."""
    found = sheet(activity)
    paper = Paper(found.title, pages="of")
    paper.fields(found.fields)
    paper.table(found.head, found.rows, widths=WIDTHS, row_height=ROW_MM)
    paper.heading(_("列席、共建单位和临时到会人员"), level=2)
    paper.table(found.head, found.guests, widths=WIDTHS, row_height=ROW_MM)
    return paper
