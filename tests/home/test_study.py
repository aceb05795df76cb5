"""Study material: finished once for ever, its hours in the ledger, taken back on the same day only."""

import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import close_old_connections, connections
from django.urls import reverse
from django.utils import timezone

from activities.models import StudyRecord
from activities.study import of_members
from home import study
from home.models import StudyCompletion
from staff.audience import Audience
from tests.factories.activities import make_study, make_study_rules
from tests.factories.home import make_study_page
from tests.factories.staff import make_member, make_organisation, make_secretary, make_staff, make_user, today

pytestmark = pytest.mark.django_db


@pytest.fixture
def branch():
    """A branch whose members study."""
    make_study_rules()
    return make_organisation()


@pytest.fixture
def reader(branch):
    """The account of a party member."""
    return make_staff(branch=branch, unit=branch.unit)


def hours(member):
    """The member's hours of this year."""
    return of_members([member], year=today().year, on=today())[0]


def press(client, page, name="finish"):
    """Press the button of the page."""
    return client.post(reverse(f"home:study_{name}", args=[page.pk]))


def test_finishing_counts_once_however_often_it_is_said(client, reader):
    page = make_study_page()
    client.force_login(reader)
    assert "学完了" in client.get(page.url).text
    for _again in range(2):
        assert press(client, page).status_code == 302
    assert StudyCompletion.objects.count() == StudyRecord.objects.count() == 1
    assert (hours(reader.member).read, hours(reader.member).total) == (Decimal("1.5"), Decimal("1.5"))
    text = client.get(page.url).text
    assert "计 1.5 学时" in text
    assert "学完了" not in text
    assert "学习资料 1.5" in client.get("/activities/study/mine/").text


@pytest.mark.django_db(transaction=True)
def test_two_phones_at_once_are_one(branch, reader):
    """Threads on a file database."""
    page, failed = make_study_page(), []

    def say():
        try:
            study.finish(page=page, member=reader.member, by=reader)
        except Exception as error:  # noqa: BLE001 (whatever it is, the test tells)
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=say) for _phone in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    close_old_connections()
    assert failed == []
    assert StudyCompletion.objects.count() == StudyRecord.objects.count() == 1


def test_what_was_finished_keeps_its_hours_when_the_page_changes_expires_or_goes(reader):
    page = make_study_page()
    study.finish(page=page, member=reader.member, by=reader)
    page.hours = 4
    page.save()
    page.unpublish()
    assert hours(reader.member).total == Decimal("1.5")
    page.delete()
    assert hours(reader.member).total == Decimal("1.5")


def test_it_is_taken_back_on_the_same_day_only(client, reader):
    page = make_study_page()
    client.force_login(reader)
    press(client, page)
    press(client, page, "retract")
    assert hours(reader.member).total == 0
    press(client, page)
    StudyCompletion.objects.update(at=timezone.now() - timedelta(days=1))
    assert "已撤回" in client.get(page.url).text
    assert "retract" not in client.get(page.url).text
    with pytest.raises(ValidationError):
        study.retract(page=page, member=reader.member, by=reader)
    assert hours(reader.member).total == Decimal("1.5")


def test_who_is_not_in_the_party_reads_without_hours(client, branch):
    user = make_user(member=make_member(branch=branch, unit=branch.unit, party_status="none"))
    page = make_study_page()
    client.force_login(user)
    assert "学时只计党员" in client.get(page.url).text
    press(client, page)
    assert StudyCompletion.objects.get().record is None
    assert not StudyRecord.objects.exists()


def test_what_the_branch_entered_already_is_not_counted_again(reader):
    page = make_study_page()
    make_study(member=reader.member, title=page.title, day=today(), hours=2)
    study.finish(page=page, member=reader.member, by=reader)
    assert hours(reader.member).total == 2


def test_the_list_shows_what_is_open_and_what_is_finished(client, reader):
    done, waiting = make_study_page(title="甲篇"), make_study_page(title="乙篇")
    study.finish(page=done, member=reader.member, by=reader)
    client.force_login(reader)
    assert "乙篇" in client.get("/study/?show=open").text
    assert "甲篇" not in client.get("/study/?show=open").text
    assert "乙篇" not in client.get("/study/?show=finished").text
    assert "今年还有 1 份学习资料未学完" in client.get("/me/").text
    assert waiting.title in client.get("/study/").text


def test_a_page_for_another_unit_is_neither_read_nor_finished(client, reader):
    page = make_study_page(audience=Audience.UNIT, audience_unit=make_organisation().unit)
    client.force_login(reader)
    assert client.get(page.url).status_code == 404
    assert press(client, page).status_code == 404
    client.logout()
    assert press(client, page).status_code in (302, 403)
    assert not StudyCompletion.objects.exists()


def test_a_secretary_sees_who_of_the_branch_finished_it_and_nobody_elses(client, branch, reader):
    other = make_staff(branch=make_organisation())
    page = make_study_page()
    for user in (reader, other):
        study.finish(page=page, member=user.member, by=user)
    client.force_login(make_secretary(branch))
    text = client.get(reverse("home:study_readers", args=[page.pk])).text
    assert reader.member.get_absolute_url() in text
    assert other.member.get_absolute_url() not in text
    answer = client.get(reverse("home:study_readers", args=[page.pk]) + "?format=xlsx")
    assert "spreadsheetml" in answer["Content-Type"]


@pytest.mark.parametrize("value", ["0", "0.3", "8.5"])
def test_hours_are_halves_within_a_day(value):
    page = make_study_page()
    page.hours = Decimal(value)
    with pytest.raises(ValidationError):
        page.full_clean()


def test_no_two_pages_bear_one_title(branch):
    make_study_page(title="甲篇")
    with pytest.raises(ValidationError):
        make_study_page(title="甲篇")
