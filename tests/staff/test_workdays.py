"""Working days follow the office's table over the plain week."""

from datetime import UTC, date, datetime

import pytest

from staff import workdays
from staff.models import Holiday

pytestmark = pytest.mark.django_db


def test_the_notice_of_2022_is_seeded_with_its_exchanged_weekends():
    assert workdays.seed(years=[2022]) > 20
    assert not workdays.is_working_day(date(2022, 10, 3))
    assert workdays.is_working_day(date(2022, 10, 8))  # a Saturday worked in exchange
    assert not workdays.is_working_day(date(2022, 10, 15))
    assert workdays.is_working_day(date(2022, 10, 14))
    assert Holiday.objects.get(day=date(2022, 10, 6)).name == "调休放假"


def test_seeding_again_adds_nothing_and_keeps_what_the_office_entered():
    Holiday.objects.create(day=date(2022, 10, 8), name="本局安排休息", works=False)
    workdays.seed(years=[2022])
    assert workdays.seed(years=[2022]) == 0
    assert not workdays.is_working_day(date(2022, 10, 8))


def test_working_days_are_added_across_a_holiday_week():
    workdays.seed(years=[2022])
    assert workdays.add_working_days(date(2022, 9, 30), 1) == date(2022, 10, 8)
    assert workdays.add_working_days(date(2022, 9, 30), 3) == date(2022, 10, 10)


def test_the_day_itself_does_not_count(django_assert_num_queries):
    with django_assert_num_queries(1):
        assert workdays.add_working_days(date(2022, 12, 1), 30) == date(2023, 1, 12)


def test_working_days_between_counts_both_ends():
    assert workdays.working_days_between(date(2022, 12, 1), date(2022, 12, 5)) == 3


def test_a_new_bureau_has_this_years_holidays_without_anybodys_doing():
    workdays.due(datetime(2025, 12, 31, 4, tzinfo=UTC))
    assert Holiday.objects.get(day=date(2025, 10, 1)).works is False
    assert Holiday.objects.filter(day__year=2026).exists()
    Holiday.objects.filter(day=date(2025, 10, 1)).delete()
    workdays.due(datetime(2025, 12, 31, 4, tzinfo=UTC))
    assert not Holiday.objects.filter(day=date(2025, 10, 1)).exists(), "what the office took out stays out"
