"""Study hours (ED): what members attended that counts as study, and what they studied elsewhere, against the rule.

How many hours a kind counts stands in the table of meeting rules; one gathering of several kinds counts its largest
once. Somebody who made a session up has studied it, too.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Case, IntegerField, OuterRef, Q, Subquery, Sum, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from activities.choices import THERE, ActivityState, StudyDuty, StudySource
from activities.models import ActivityKind, Attendance, MeetingRule, StudyRecord, StudyRule
from staff.choices import COMMITTEE_POSTS
from staff.models import Member, Post
from staff.wording import listed

NOTHING = Decimal(0)


@dataclass(frozen=True)
class Hours:
    """One member's hours of a year against what is asked of them."""

    member: object
    duty: str
    required: int
    attended: Decimal
    recorded: Decimal
    # Of study material that the member finished.
    read: Decimal

    @property
    def duty_label(self):
        """Of whom so many are asked, in words."""
        return StudyDuty(self.duty).label

    @property
    def total(self):
        """All that counts."""
        return self.attended + self.recorded + self.read

    @property
    def lacking(self):
        """How many are still to come."""
        return max(NOTHING, self.required - self.total)

    @property
    def is_reached(self):
        """Whether the year's hours are done."""
        return self.total >= self.required


@dataclass(frozen=True)
class BranchHours:
    """A branch's members and how far they are."""

    branch: object
    members: int
    reached: int
    average: Decimal


def rules():
    """The hours a year by duty; a bureau without the table asks for none."""
    return dict(StudyRule.objects.values_list("duty", "hours"))


def counted_kinds():
    """The kinds that count as study, each with its hours and source, the most first."""
    return list(MeetingRule.objects.filter(study_hours__gt=0).order_by("-study_hours", "pk"))


def _year(year):
    return (timezone.make_aware(datetime.combine(date(one, 1, 1), time.min)) for one in (year, year + 1))


def _attended(members, year):
    """Hours of `members` (keys or a query of them) from activities of the year: {member: hours}."""
    kinds = counted_kinds()
    if not kinds:
        return {}
    worth = Case(*(When(kind=rule.kind, then=Value(rule.study_hours)) for rule in kinds), output_field=IntegerField())
    of_activity = ActivityKind.objects.filter(activity=OuterRef("activity"), kind__in=[rule.kind for rule in kinds])
    hours = of_activity.annotate(worth=worth).order_by("-worth").values("worth")[:1]
    starts, ends = _year(year)
    rows = Attendance.objects.filter(
        Q(state__in=THERE) | Q(made_up_on__isnull=False),
        member__in=members,
        activity__state=ActivityState.HELD,
        activity__starts__gte=starts,
        activity__starts__lt=ends,
    )
    rows = rows.annotate(worth=Subquery(hours)).order_by().values_list("member")
    return {member: Decimal(total or 0) for member, total in rows.annotate(total=Sum("worth"))}


def _recorded(members, year):
    """Hours of `members` that were entered for the year, and that study material brought: {(member, source): hours}."""
    rows = StudyRecord.objects.filter(member__in=members, day__year=year).order_by().values_list("member", "source")
    return {(member, source): total for member, source, total in rows.annotate(total=Sum("hours"))}


def of_members(members, *, year, on):
    """The hours of fetched `members` in a year; who holds a committee post on the day `on` is asked for more."""
    keys = [member.pk for member in members]
    asked = rules()
    posts = Post.objects.on(on).filter(member__in=keys, kind__in=COMMITTEE_POSTS).order_by()
    committee = set(posts.values_list("member", flat=True))
    attended, recorded = _attended(keys, year), _recorded(keys, year)
    found = []
    for member in members:
        duty = StudyDuty.COMMITTEE if member.pk in committee else StudyDuty.MEMBER
        found.append(
            Hours(
                member=member,
                duty=duty,
                required=asked.get(duty, 0),
                attended=attended.get(member.pk, NOTHING),
                recorded=recorded.get((member.pk, StudySource.ENTERED), NOTHING),
                read=recorded.get((member.pk, StudySource.MATERIAL), NOTHING),
            )
        )
    return found


def roll(branches, on):
    """The party members of `branches` in service, whose hours count."""
    return Member.objects.in_party().in_service(on).filter(branch__in=[row.pk for row in branches])


def of_branches(branches, *, year, on):
    """How far the members of each of `branches` are; five queries however many they are."""
    found = {branch.pk: [] for branch in branches}
    for hours in of_members(list(roll(branches, on).only("branch_id")), year=year, on=on):
        found[hours.member.branch_id].append(hours)
    return [
        BranchHours(
            branch=branch,
            members=len(found[branch.pk]),
            reached=sum(hours.is_reached for hours in found[branch.pk]),
            average=round(sum(hours.total for hours in found[branch.pk]) / max(1, len(found[branch.pk])), 1),
        )
        for branch in branches
    ]


@transaction.atomic
def record(*, members, day, title, hours, today, by, source=StudySource.ENTERED):
    """Write down what `members` studied beside the branch's activities; entered twice it is refused, not doubled."""
    if day > today:
        raise ValidationError({"day": _("学习日期不能晚于今天。")})
    if not members:
        raise ValidationError({"members": _("请选择参加学习的人员。")})
    there = StudyRecord.objects.filter(member__in=members, day=day, title=title).select_related("member")
    if names := listed(row.member.name for row in there):
        raise ValidationError({"members": _("已登记过这项学习：%(names)s。") % {"names": names}})
    made = []
    for member in members:
        row = StudyRecord(member=member, day=day, title=title, hours=hours, source=source, entered_by=by)
        row.full_clean(validate_unique=False, validate_constraints=False)
        row.save()
        log(instance=row, action="activities.study.record", user=by)
        made.append(row)
    return made


@transaction.atomic
def remove(*, row, by):
    """Take back what was entered by mistake."""
    log(instance=row, action="activities.study.remove", user=by, data={"member": row.member_id})
    row.delete()
