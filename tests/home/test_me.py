"""My day, notifications and settings."""

import pytest
from django.utils import timezone

from activities.choices import AnswerState, AttendanceState
from activities.models import Invitation
from home import day
from staff.choices import Channel, NotificationKind
from staff.models import Delivery, Notification, Preference, Robot, Shift, ShiftDuty
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
    titles = [task.title for task in found.tasks]
    assert "明天的党课" in titles
    assert late.plot.name in titles
    assert fresh.plot.name not in [task.title for task in found.today]
    assert "很久以后的会" not in titles
    assert "草稿里的会" not in titles
    client.force_login(user)
    text = client.get("/me/").text
    for words in ("明天的党课", late.plot.name, "护栏松动", "要确认的", "建议增加夜间照明"):
        assert words in text


def test_each_thing_has_its_one_button():
    user = make_staff()
    member = user.member
    now = timezone.now()
    make_activity(title="正在签到的会", expected=[member], starts=moment(hours=0.2))
    called = make_activity(title="待答复的会", expected=[member], starts=moment(days=2))
    Invitation.objects.create(attendance=called.attendances.get(member=member), called_at=now)
    make_finding(owner=member, text="护栏松动")
    late = make_assignment(member=member)
    make_visit(assignment=late, day=today(-20))
    buttons = {task.title: task.button for task in day.of(user, on=today()).tasks}
    assert buttons["正在签到的会"] == "签到"
    assert buttons["待答复的会"] == "答复"
    assert buttons["护栏松动"] == "销号"
    assert buttons[late.plot.name] == "记录走访"


def test_done_things_drop_off():
    user = make_staff()
    member = user.member
    there = make_activity(title="已签到的会", expected=[member], starts=moment(hours=0.2))
    there.attendances.update(state=AttendanceState.PRESENT)
    assignment = make_assignment(member=member)
    make_visit(assignment=assignment, day=today(-20))
    assert [task.title for task in day.of(user, on=today()).tasks] == [assignment.plot.name]
    make_visit(assignment=assignment, day=today())
    found = day.of(user, on=today())
    assert assignment.plot.name not in [task.title for task in found.today]
    assert "已签到的会" not in [task.title for task in found.tasks]


def test_an_answer_given_is_shown_instead_of_its_button():
    user = make_staff()
    activity = make_activity(title="答复过的会", expected=[user.member], starts=moment(days=2))
    row = activity.attendances.get(member=user.member)
    Invitation.objects.create(attendance=row, called_at=timezone.now(), answer=AnswerState.COMING)
    [task] = day.of(user, on=today()).tasks
    assert not task.button
    assert task.label == AnswerState.COMING.label


def test_who_asks_for_leave_waits_for_the_secretary():
    secretary = make_secretary()
    member = make_member(branch=secretary.member.branch)
    activity = make_activity(secretary.member.branch, title="有人请假的会", expected=[member], starts=moment(days=2))
    asking = {"answer": AnswerState.ASKED, "reason": "出差"}
    Invitation.objects.create(attendance=activity.attendances.get(member=member), **asking)
    [task] = [task for task in day.of(secretary, on=today()).decides if "有人请假的会" in task.title]
    assert task.action == f"/activities/{activity.pk}/call/"
    assert member.name not in task.title


def test_shifts_of_the_week_stand_in_the_day():
    user = make_staff()
    posting = make_posting(member=user.member)
    shift = Shift.objects.create(
        host_unit=posting.host_unit, title="设卡值守", starts=moment(days=1), ends=moment(days=1, hours=4)
    )
    ShiftDuty.objects.create(shift=shift, posting=posting)
    Shift.objects.create(
        host_unit=posting.host_unit, title="别人的班", starts=moment(days=1), ends=moment(days=1, hours=4)
    )
    assert [task.title for task in day.of(user, on=today()).tasks] == ["设卡值守"]


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
    assert [task.title for task in found.decides] == ["开过的会", "本支部的建议"]
    assert [task.button for task in found.decides] == ["登记考勤", "办理"]
    assert "审批" in [task.button for task in day.of(make_office(), on=today()).decides]


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


SETTINGS = {"language": "zh-hans", "digest": "never", "digest_hour": "8", "own-service": "dingtalk"}
DINGTALK = "https://oapi.dingtalk.com/robot/send?access_token=geheim"


def test_settings_are_kept_with_the_account_and_on_the_device(client):
    user = make_user(member=make_member())
    client.force_login(user)
    chosen = {"language": "en", "large_text": "on", "digest": "weekly", "digest_hour": "17"}
    mail = [kind for kind in NotificationKind.values if kind != "update"]
    response = client.post("/me/settings/", {**SETTINGS, **chosen, "mail": mail, "robot": ["plot"]})
    kept = Preference.objects.get(user=user)
    assert (kept.language, kept.large_text, kept.muted) == ("en", True, ["update"])
    assert (kept.digest, kept.digest_hour) == ("weekly", 17)
    assert set(kept.robot_muted) == set(NotificationKind.values) - {"plot"}
    assert response.cookies["large_text"].value == "1"
    assert response.cookies["django_language"].value == "en"


def test_the_table_shows_what_was_chosen(client):
    user = make_user()
    Preference.objects.create(user=user, muted=["update"])
    client.force_login(user)
    boxes = client.get("/me/settings/").text.split("<input ")
    ticked = {box.split('value="')[1].split('"')[0] for box in boxes if 'name="mail"' in box and "checked" in box}
    assert ticked == set(NotificationKind.values) - {"update"}


@pytest.mark.parametrize("wrong", [{"digest": "hourly"}, {"digest_hour": "24"}, {"mail": ["all"]}, {"robot": ["x"]}])
def test_settings_that_do_not_exist_are_refused(client, wrong):
    user = make_user()
    client.force_login(user)
    assert client.post("/me/settings/", {**SETTINGS, **wrong}).status_code == 200
    assert not Preference.objects.filter(user=user).exists()


def test_ones_own_robot_is_kept_and_says_so_and_its_secret_is_not_shown(client):
    user = make_user()
    client.force_login(user)
    sent = {**SETTINGS, "mail": NotificationKind.values, "robot": NotificationKind.values, "own-url": DINGTALK}
    client.post("/me/settings/", {**sent, "own-secret": "SEC42"})
    robot = Robot.objects.get(user=user)
    assert (robot.url, robot.secret) == (DINGTALK, "SEC42")
    assert Delivery.objects.get().channel == Channel.ROBOT
    text = client.get("/me/settings/").text
    assert "SEC42" not in text and DINGTALK not in text
    client.post("/me/settings/", {**sent, "own-url": ""})
    robot.refresh_from_db()
    assert (robot.url, robot.secret) == (DINGTALK, "SEC42")
    client.post("/me/settings/", {**sent, "own-url": f"{DINGTALK}2"})
    robot.refresh_from_db()
    assert (robot.url, robot.secret) == (f"{DINGTALK}2", ""), "another robot has another secret"
    client.post("/me/settings/", {**sent, "own-url": "", "own-stop": "on"})
    assert not Robot.objects.exists()


@pytest.mark.parametrize("url", ["http://oapi.dingtalk.com/robot", "https://10.1.2.3/hook", "javascript:alert(1)", "x"])
def test_a_robot_elsewhere_is_refused_with_all_that_was_sent(client, url):
    user = make_user()
    client.force_login(user)
    answer = client.post("/me/settings/", {**SETTINGS, "own-url": url})
    assert answer.status_code == 200
    assert "oapi.dingtalk.com" in answer.text
    assert not Robot.objects.exists()
    assert not Preference.objects.exists()


def test_ones_robot_that_failed_says_why(client):
    user = make_user()
    failed = {"state": "failed", "error": "机器人答复 HTTP 500。", "claimed_at": timezone.now()}
    Delivery.objects.create(key="robot:1", channel=Channel.ROBOT, user=user, next_at=timezone.now(), **failed)
    client.force_login(user)
    assert "HTTP 500" in client.get("/me/settings/").text


def test_messages_of_one_kind_and_address_stand_together(client):
    user = make_user()
    for number in range(3):
        make_notification(user, kind="update", text=f"评论{number}", address="/updates/1/")
    make_notification(user, kind="update", text="别处的评论", address="/updates/2/")
    client.force_login(user)
    answer = client.get("/me/notifications/")
    groups = [(group["count"], [row.text for row in group["rows"]]) for group in answer.context["object_list"]]
    assert groups == [(1, ["别处的评论"]), (3, ["评论2", "评论1", "评论0"])]
    first = Notification.objects.get(text="评论2")
    assert client.get(f"/me/notifications/{first.pk}/")["Location"] == "/updates/1/"
    assert set(Notification.objects.unread().values_list("text", flat=True)) == {"别处的评论"}


def test_a_busy_day_shows_the_newest_of_a_group(client):
    user = make_user()
    for number in range(60):
        make_notification(user, kind="update", text=f"评论{number}", address="/updates/1/")
    client.force_login(user)
    [group] = client.get("/me/notifications/").context["object_list"]
    assert group["count"] == 60
    assert len(group["rows"]) == 10
    assert group["rows"][0].text == "评论59"
