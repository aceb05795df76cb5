"""Calendars: an invitation that knows its changes, a public feed, a private one that its owner can revoke."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from icalendar import Calendar

from activities import feeds, planning
from activities.choices import ActivityState, AttendanceState, Kind
from activities.models import FeedToken
from staff.audience import Audience
from tests.factories.activities import make_activity, make_activity_page, make_attendance, moment
from tests.factories.staff import make_organisation, make_secretary, make_staff

pytestmark = pytest.mark.django_db


def read(answer):
    """The calendar of an answer, and its events by number."""
    assert answer.status_code == 200 and answer["Content-Type"].startswith("text/calendar")
    calendar = Calendar.from_ical(answer.content)
    return calendar, {str(event["uid"]): event for event in calendar.walk("VEVENT")}


def invitation(client, activity):
    """The one event of an activity's invitation, with its calendar."""
    calendar, events = read(client.get(reverse("activities:invitation", args=[activity.pk])))
    (event,) = events.values()
    return calendar, event


def own(client, token):
    """The events of a private feed."""
    return read(client.get(reverse("activities:own_feed", args=[token])))[1]


@pytest.fixture
def branch():
    """A branch with a secretary."""
    branch = make_organisation()
    branch.keeper = make_secretary(branch)
    return branch


def test_an_invitation_has_its_zone_and_the_right_moment(client, branch):
    user = make_staff(branch=branch)
    activity = make_activity(branch, title="主题党日,一;二", place="三楼\\会议室")
    client.force_login(user)
    calendar, event = invitation(client, activity)
    assert str(calendar["method"]) == "PUBLISH"
    assert [str(zone["tzid"]) for zone in calendar.walk("VTIMEZONE")] == ["Asia/Shanghai"]
    assert event.decoded("dtstart") == activity.starts.replace(microsecond=0)
    assert (str(event["summary"]), str(event["location"])) == ("主题党日,一;二", "三楼\\会议室")


def test_a_change_raises_the_sequence_and_calling_off_takes_the_event_away(client, branch):
    client.force_login(make_staff(branch=branch))
    activity = make_activity(branch)
    _calendar, first = invitation(client, activity)
    planning.change(activity=activity, version=1, by=branch.keeper, place="二楼")
    _calendar, second = invitation(client, activity)
    assert first["uid"] == second["uid"] and int(second["sequence"]) > int(first["sequence"])
    planning.cancel(activity=activity, reason="暴雨", by=branch.keeper)
    calendar, third = invitation(client, activity)
    assert str(calendar["method"]) == "CANCEL" and str(third["status"]) == "CANCELLED"
    assert int(third["sequence"]) > int(second["sequence"])


def test_a_stranger_gets_the_invitation_of_what_is_public_alone(client, branch):
    closed, draft = make_activity(branch), make_activity(branch, state=ActivityState.DRAFT)
    make_activity_page(closed)
    opened = make_activity(branch, note="内部说明")
    make_activity_page(opened, audience=Audience.PUBLIC)
    assert client.get(reverse("activities:invitation", args=[closed.pk])).status_code == 302
    _calendar, event = invitation(client, opened)
    assert "内部说明" not in str(event["description"])
    client.force_login(branch.keeper)
    assert client.get(reverse("activities:invitation", args=[draft.pk])).status_code == 404


def test_the_invitation_goes_along_with_the_mail_to_those_expected(branch, django_capture_on_commit_callbacks):
    user = make_staff(branch=branch)
    user.email = "a@example.org"
    user.save()
    starts = moment(days=2)
    with django_capture_on_commit_callbacks(execute=True):
        activity = planning.arrange(
            hosts=[branch],
            lead=branch,
            kinds=[Kind.THEME_DAY],
            title="主题党日",
            place="会议室",
            starts=starts,
            ends=starts + timedelta(hours=2),
            by=branch.keeper,
        )
    (letter,) = [letter for letter in mail.outbox if letter.to == [user.email]]
    assert activity.get_absolute_url() in letter.body
    (file,) = letter.attachments
    assert file[0].endswith(".ics") and "主题党日" in file[1] and file[2].startswith("text/calendar")
    assert b"BEGIN:VCALENDAR" in letter.message().as_bytes() or "BASE64" in letter.message().as_string().upper()


def test_the_private_feed_stays_right_after_changes(client, branch):
    user = make_staff(branch=branch)
    token = feeds.create_token(user=user)
    kept, moved, off = (make_activity(branch, expected=[user.member]) for _n in range(3))
    make_activity(branch, state=ActivityState.DRAFT, expected=[user.member])
    make_activity(branch)
    assert len(own(client, token)) == 3
    planning.change(activity=moved, version=1, by=branch.keeper, place="二楼")
    planning.cancel(activity=off, reason="暴雨", by=branch.keeper)
    kept.attendances.update(state=AttendanceState.LEAVE, reason="出差")
    events = own(client, token)
    assert str(events[f"activity-{moved.pk}@zerentian"]["location"]) == "二楼"
    assert str(events[f"activity-{off.pk}@zerentian"]["status"]) == "CANCELLED"
    away = events[f"activity-{kept.pk}@zerentian"]
    assert str(away["transp"]) == "TRANSPARENT" and "请假" in str(away["summary"])
    moved.attendances.all().delete()
    assert f"activity-{moved.pk}@zerentian" not in own(client, token)


def test_both_feeds_hold_the_past_year_and_the_year_ahead(client, branch):
    user = make_staff(branch=branch)
    token = feeds.create_token(user=user)
    for days in (-400, -300, 300, 400):
        activity = make_activity(branch, starts=moment(days=days), expected=[user.member])
        make_activity_page(activity, audience=Audience.PUBLIC)
    assert len(own(client, token)) == 2
    _calendar, events = read(client.get(reverse("activities:feed")))
    assert len(events) == 2


def test_a_new_address_makes_the_old_one_void_and_no_other_opens_anything(client, branch):
    user = make_staff(branch=branch)
    make_attendance(activity=make_activity(branch), member=user.member)
    first = feeds.create_token(user=user)
    second = feeds.create_token(user=user)
    for token, status in ((first, 404), (second, 200), ("x" * 32, 404), (second.upper(), 404)):
        assert client.get(reverse("activities:own_feed", args=[token])).status_code == status
    assert not FeedToken.objects.filter(digest__contains=second).exists()
    feeds.revoke_tokens(user=user)
    assert client.get(reverse("activities:own_feed", args=[second])).status_code == 404
    third = feeds.create_token(user=user)
    user.is_active = False
    user.save()
    assert client.get(reverse("activities:own_feed", args=[third])).status_code == 404


def test_the_address_is_shown_once(client, branch):
    client.force_login(make_staff(branch=branch))
    page = reverse("activities:feed_token")
    shown = client.post(page, {"do": "create"}).content.decode()
    assert "/activities/mine/" in shown and ".ics" in shown
    assert ".ics" not in client.get(page).content.decode()
