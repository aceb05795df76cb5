"""My day, notifications and settings."""

import pytest
from django.utils import timezone

from home import day
from staff.models import Notification, Preference
from tests.factories.activities import make_activity, make_suggestion, moment
from tests.factories.home import make_notice, make_notification
from tests.factories.staff import (
    make_assignment,
    make_auditor,
    make_finding,
    make_leave,
    make_member,
    make_office,
    make_partner,
    make_posting,
    make_secretary,
    make_staff,
    make_user,
    make_visit,
    today,
)

pytestmark = pytest.mark.django_db


def test_a_day_gathers_what_waits(client):
    user = make_staff()
    member = user.member
    make_activity(title="明天的党课", expected=[member])
    make_activity(title="很久以后的会", expected=[member], starts=moment(days=30))
    make_activity(title="草稿里的会", expected=[member], state="draft")
    late = make_assignment(member=member)
    make_visit(assignment=late, day=today(-20))
    fresh = make_assignment(member=member)
    make_visit(assignment=fresh, day=today(-1))
    make_finding(owner=member, text="护栏松动")
    make_notice(title="要确认的", receipt_wanted=True)
    make_suggestion(author=member, text="建议增加夜间照明")
    found = day.of(user, on=today())
    assert [row.activity.title for row in found.expected] == ["明天的党课"]
    assert [call.holding.plot for call in found.calls] == [late.plot]
    client.force_login(user)
    text = client.get("/me/").text
    for words in ("明天的党课", late.plot.name, "护栏松动", "要确认的", "建议增加夜间照明"):
        assert words in text


def test_a_posted_member_sees_where_they_serve(client):
    user = make_staff()
    posting = make_posting(member=user.member)
    client.force_login(user)
    text = client.get("/me/").text
    assert posting.host_unit.name in text
    assert "已在岗 31 天" in text


def test_decisions_wait_for_those_who_owe_them():
    secretary = make_secretary()
    make_activity(secretary.member.branch, title="开过的会", starts=moment(days=-1))
    make_activity(title="别处开过的会", starts=moment(days=-1))
    make_leave(starts=today(1), ends=today(9))
    make_suggestion(organisation=secretary.member.branch, text="本支部的建议")
    make_suggestion(text="别处的建议")
    found = day.of(secretary, on=today())
    assert [row.title for row in found.unrecorded] == ["开过的会"]
    assert [row.text for row in found.waiting] == ["本支部的建议"]
    assert not found.leaves
    assert len(day.of(make_office(), on=today()).leaves) == 1


@pytest.mark.parametrize("make", [make_auditor, make_partner, make_user])
@pytest.mark.parametrize("address", ["/me/", "/me/notifications/", "/me/settings/"])
def test_own_pages_work_without_a_member(client, make, address):
    client.force_login(make())
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("address", ["/me/", "/me/notifications/", "/me/settings/"])
def test_own_pages_ask_to_sign_in(client, address):
    assert client.get(address)["Location"] == f"/accounts/login/?next={address}"


def test_opening_a_notification_marks_it_and_leads_on(client):
    user = make_user()
    row = make_notification(user, address="/activities/")
    client.force_login(user)
    assert client.get(f"/me/notifications/{row.pk}/")["Location"] == "/activities/"
    row.refresh_from_db()
    assert row.read_at is not None


@pytest.mark.parametrize("address", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", ""])
def test_a_notification_never_leads_out_of_the_portal(client, address):
    user = make_user()
    row = make_notification(user, address=address)
    client.force_login(user)
    assert client.get(f"/me/notifications/{row.pk}/")["Location"] == "/me/notifications/"


def test_notifications_are_ones_own(client):
    row = make_notification(make_user())
    user = make_user()
    client.force_login(user)
    assert client.get(f"/me/notifications/{row.pk}/").status_code == 404
    client.post("/me/notifications/read/")
    assert Notification.objects.get(pk=row.pk).read_at is None


def test_all_are_marked_as_read(client):
    user = make_user()
    make_notification(user)
    make_notification(user, read_at=timezone.now())
    client.force_login(user)
    assert "全部标为已读" in client.get("/me/notifications/").text
    client.post("/me/notifications/read/")
    assert not Notification.objects.filter(user=user).unread().exists()


def test_settings_are_kept_with_the_account_and_on_the_device(client):
    user = make_user(member=make_member())
    client.force_login(user)
    response = client.post("/me/settings/", {"language": "en", "large_text": "on", "muted": ["update"]})
    kept = Preference.objects.get(user=user)
    assert (kept.language, kept.large_text, kept.muted) == ("en", True, ["update"])
    assert response.cookies["large_text"].value == "1"
    assert response.cookies["django_language"].value == "en"
