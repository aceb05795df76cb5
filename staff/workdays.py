"""Working days: Monday to Friday, but for the office's table of holidays and of weekend days worked in exchange.

Source: the State Council's yearly notice (国务院办公厅关于部分节假日安排的通知). The table is seeded from the package
`holidays` and belongs to the office: what it has entered is never overwritten.
"""

from datetime import date, timedelta

import holidays
from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from staff.models import Holiday
from staff.models.days import OFF, WORKED

SATURDAY = 5


def exceptions(first, last):
    """The table's days from `first` to `last`, each with whether it is worked."""
    return dict(Holiday.objects.filter(day__range=(first, last)).values_list("day", "works"))


def works(day, table):
    """Whether the bureau works on `day`; `table` is from `exceptions`."""
    return table.get(day, day.weekday() < SATURDAY)


def is_working_day(day):
    """Whether the bureau works on `day`."""
    return works(day, exceptions(day, day))


def add_working_days(day, n):
    """The `n`th working day after `day`; the day itself does not count. One query however long the way."""
    # The longest run without a working day is a holiday week with its weekends, so this window always suffices.
    last = day + timedelta(days=2 * n + 30)
    table = exceptions(day, last)
    while n > 0:
        day += timedelta(days=1)
        if works(day, table):
            n -= 1
    return day


def working_days_between(first, last):
    """How many working days lie from `first` to `last`, both counted."""
    table = exceptions(first, last)
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return sum(works(day, table) for day in days)


@transaction.atomic
def seed(*, years, by=None):
    """Fill the table with the notices known for `years`; days already in it stay as they are. Answers how many came in.

    The package has no exchanged weekends for a year whose notice is newer than it: the office enters those.
    """
    known = holidays.country_holidays("CN", years=list(years), language="zh_CN")
    rows = [Holiday(day=day, name=_holiday_name(name), works=False) for day, name in known.items()]
    rows += [
        Holiday(day=day, name=WORKED, works=True)
        for day in known.weekend_workdays
        if isinstance(day, date) and day.year in years
    ]
    present = set(Holiday.objects.filter(day__in=[row.day for row in rows]).values_list("day", flat=True))
    new = [row for row in rows if row.day not in present]
    Holiday.objects.bulk_create(new, ignore_conflicts=True)
    for row in Holiday.objects.filter(day__in=[row.day for row in new]):
        log(instance=row, action="wagtail.create", user=by)
    return len(new)


def due(now):
    """Fill this year and the next where the table has nothing of them yet: a new bureau, a new year."""
    year = timezone.localdate(now).year
    known = set(Holiday.objects.filter(day__year__in=(year, year + 1)).values_list("day__year", flat=True))
    empty = sorted({year, year + 1} - known)
    if empty:
        seed(years=empty)


def _holiday_name(name):
    if name.startswith("休息日"):  # the package adds at length for which weekend
        return OFF
    return name.replace("（", "(").replace("）", ")")[:40]
