"""What stands in somebody's own calendar because of their deployment: postings, day by day, and shifts."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from staff.models import Posting, ShiftDuty


@dataclass(frozen=True)
class Entry:
    """One entry: whole days from `starts` to `ends`, both counted, or moments; `uid` stays the same over changes."""

    uid: str
    title: str
    starts: date | datetime
    ends: date | datetime
    place: str
    text: str
    address: str

    @property
    def whole_days(self):
        """Whether it lasts days rather than hours."""
        return not isinstance(self.starts, datetime)


def entries(member, since, until):
    """The postings and shifts of `member` between two moments, in the order of time."""
    first, last = timezone.localdate(since), timezone.localdate(until)
    postings = Posting.objects.served().within(first, last).filter(member=member).select_related("host_unit", "need")
    found = [_of_posting(posting) for posting in postings.order_by("starts", "pk")]
    duties = ShiftDuty.objects.of(member).filter(shift__ends__gte=since, shift__starts__lt=until)
    duties = duties.select_related("shift__host_unit", "posting").order_by("shift__starts", "pk")
    return found + [_of_duty(duty) for duty in duties]


def _of_posting(posting):
    return Entry(
        uid=f"posting-{posting.pk}@zerentian",
        title=_("派驻%(unit)s") % {"unit": posting.host_unit},
        starts=posting.starts,
        ends=posting.ends,
        place=posting.need.place if posting.need else "",
        text=posting.duty,
        address=posting.get_absolute_url(),
    )


def _of_duty(duty):
    shift = duty.shift
    return Entry(
        uid=f"duty-{duty.pk}@zerentian",
        title=f"{shift.get_kind_display()}：{shift.title}",
        starts=timezone.localtime(shift.starts),
        ends=timezone.localtime(shift.ends),
        place=shift.place or str(shift.host_unit),
        text=_("联合单位：%(partners)s") % {"partners": shift.partners} if shift.partners else "",
        address=duty.posting.get_absolute_url(),
    )
