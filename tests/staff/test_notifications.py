"""What reaches people, and how it leaves the portal: once, signed, tried again, given up, never a secret in sight."""

import base64
import hashlib
import hmac
import json
import logging
import threading
import time
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy

from staff import channels, notifications
from staff.choices import Channel, DeliveryState, NotificationKind, RobotService, Role
from staff.models import Delivery, Notification, Preference, Robot
from staff.notifications import announce, notify, worded
from tests.factories.staff import make_grant, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def this_machine(settings, monkeypatch):
    """The robots of the tests listen on this machine."""
    settings.ROBOT_HOSTS = ["127.0.0.1", "oapi.dingtalk.com"]
    monkeypatch.setenv("no_proxy", "127.0.0.1")


class Listener:
    """A robot that listens on this machine: what it was sent, and what it answers."""

    def __init__(self, status=200, answer=None, waits=0):
        self.status, self.answer, self.waits = status, {"errcode": 0} if answer is None else answer, waits
        self.heard = []

    @contextmanager
    def listening(self):
        robot = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                robot.heard.append((self.path, json.loads(body)))
                time.sleep(robot.waits)
                said = json.dumps(robot.answer).encode()
                self.send_response(robot.status)
                if robot.status == 302:
                    self.send_header("Location", "http://127.0.0.1:1/elsewhere")
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, *args):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            self.url = f"http://127.0.0.1:{server.server_port}/robot/send?access_token=geheim"
            yield self
        finally:
            server.shutdown()
            server.server_close()


def tell(user, **fields):
    """Put one message before `user`, with what follows the commit."""
    wanted = {"kind": NotificationKind.PLOT, "text": "请走访七星村", "address": "/plots/1/", **fields}
    notify(users=[user], **wanted)


def robot_of(user, robot, **fields):
    """`user` has the robot that listens."""
    return Robot.objects.create(user=user, url=robot.url, **fields)


def send(minutes=0):
    """What the task worker does at that moment."""
    channels.send_waiting(timezone.now() + timedelta(minutes=minutes))


# --- mail -------------------------------------------------------------------------------------------------------------


def test_a_message_goes_out_by_mail_once(mailoutbox, django_capture_on_commit_callbacks):
    user = make_user(email="zhang@bureau.example")
    with django_capture_on_commit_callbacks(execute=True):
        tell(user, key="one")
        tell(user, key="one")
    send()
    assert [mail.to for mail in mailoutbox] == [["zhang@bureau.example"]]
    assert "请走访七星村" in mailoutbox[0].body
    assert "http://127.0.0.1:8000/plots/1/" in mailoutbox[0].body
    assert Delivery.objects.get().state == DeliveryState.SENT
    assert Notification.objects.count() == 1


def test_nothing_leaves_before_the_commit(mailoutbox):
    tell(make_user(email="zhang@bureau.example"))
    assert not mailoutbox


def test_a_kind_without_mail_stands_in_the_portal_only(mailoutbox):
    user = make_user(email="zhang@bureau.example")
    Preference.objects.create(user=user, muted=["plot"])
    tell(user)
    send()
    assert not mailoutbox
    assert Notification.objects.filter(user=user).unread().count() == 1


def test_mail_is_in_the_readers_language(mailoutbox):
    user = make_user(email="zhang@bureau.example")
    Preference.objects.create(user=user, language="en")
    tell(user)
    send()
    assert not any("责任田" in word for word in mailoutbox[0].subject.split("：")[1:])


def test_each_reads_a_message_in_their_own_language_whoever_caused_it():
    english, other = make_user(), make_user()
    Preference.objects.create(user=english, language="en")
    words = gettext_lazy("单位已签订%(plot)s %(year)d年目标责任书。")
    with translation.override("en"):
        notify(
            users=[english, other],
            kind=NotificationKind.PLOT,
            text=worded(words, {"plot": "七星村", "year": 2029}),
        )
    told = Notification.objects.get(user=english).text
    assert told == "The unit has signed the responsibility letter of 七星村 for 2029."
    assert Notification.objects.get(user=other).text == "单位已签订七星村 2029年目标责任书。"


def test_a_claimed_message_is_nobody_elses(mailoutbox):
    tell(make_user(email="zhang@bureau.example"))
    Delivery.objects.update(state=DeliveryState.SENDING, claimed_at=timezone.now())
    send()
    assert not mailoutbox


def test_two_workers_send_one_message_once(mailoutbox, monkeypatch):
    tell(make_user(email="zhang@bureau.example"))
    mail = channels.SENDERS[Channel.MAIL]

    def while_another_works(row):
        send()
        return mail(row)

    monkeypatch.setitem(channels.SENDERS, Channel.MAIL, while_another_works)
    send()
    assert len(mailoutbox) == 1


def test_what_a_worker_died_over_is_given_up_and_not_sent_twice(mailoutbox):
    tell(make_user(email="zhang@bureau.example"))
    Delivery.objects.update(state=DeliveryState.SENDING, claimed_at=timezone.now() - timedelta(minutes=11))
    notifications.due(timezone.now())
    row = Delivery.objects.get()
    assert row.state == DeliveryState.FAILED
    assert row.error
    assert not mailoutbox


def test_a_refusing_mail_server_is_tried_again(mailoutbox, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    tell(make_user(email="zhang@bureau.example"))
    send()
    row = Delivery.objects.get()
    assert (row.state, row.attempts) == (DeliveryState.WAITING, 1)
    assert "ConnectionRefusedError" in row.error
    assert "zhang" not in row.error


# --- robots -----------------------------------------------------------------------------------------------------------


def test_a_robot_gets_the_text_and_its_link_and_no_more():
    with Listener().listening() as robot:
        user = make_user(username="zhangsan")
        robot_of(user, robot)
        tell(user)
        send()
        send()
    [(path, body)] = robot.heard
    assert path == "/robot/send?access_token=geheim"
    assert body["msgtype"] == "text"
    assert body["text"]["content"] == "责任田：请走访七星村\nhttp://127.0.0.1:8000/plots/1/"
    assert "zhangsan" not in json.dumps(body)
    assert Delivery.objects.get().state == DeliveryState.SENT


def test_a_kind_turned_off_does_not_reach_the_robot():
    with Listener().listening() as robot:
        user = make_user()
        robot_of(user, robot)
        Preference.objects.create(user=user, robot_muted=["plot"])
        tell(user)
        tell(user, kind=NotificationKind.NOTICE, text="放假通知")
        send()
    assert [body["text"]["content"].split("\n")[0] for _path, body in robot.heard] == ["责任田：放假通知"]


def test_a_robot_that_answers_500_is_tried_again_then_given_up_and_shown_to_the_administrator(client):
    with Listener(status=500).listening() as robot:
        user = make_user()
        robot_of(user, robot)
        tell(user)
        send()
        row = Delivery.objects.get()
        assert (row.state, row.attempts) == (DeliveryState.WAITING, 1)
        assert row.next_at > timezone.now()
        send()
        assert len(robot.heard) == 1, "tried again before its time"
        for _attempt in channels.PAUSES:
            send(minutes=24 * 60)
        row.refresh_from_db()
        assert row.state == DeliveryState.FAILED
        assert "HTTP 500" in row.error
        send(minutes=48 * 60)
    assert len(robot.heard) == len(channels.PAUSES) + 1
    client.force_login(make_grant(make_user(), Role.SYSADMIN).user)
    assert "HTTP 500" in client.get("/admin/outgoing/").text


def test_a_robot_that_answers_500_once_gets_the_message_in_the_end():
    with Listener(status=500).listening() as robot:
        user = make_user()
        robot_of(user, robot)
        tell(user)
        send()
        robot.status = 200
        send(minutes=5)
    row = Delivery.objects.get()
    assert (row.state, row.attempts, row.error) == (DeliveryState.SENT, 2, "")


def test_a_robot_that_hangs_is_left_after_its_time_and_in_the_end_shown_to_the_administrator(client, monkeypatch):
    monkeypatch.setattr(channels, "TIMEOUT", 0.2)
    with Listener(waits=1).listening() as robot:
        user = make_user()
        robot_of(user, robot)
        tell(user)
        began = time.monotonic()
        send()
        assert time.monotonic() - began < 0.9
    row = Delivery.objects.get()
    assert (row.state, row.attempts) == (DeliveryState.WAITING, 1)
    assert "没有答复" in row.error
    monkeypatch.setattr(channels, "PAUSES", channels.PAUSES[:1])
    with Listener(waits=1).listening() as robot:
        Robot.objects.filter(user=user).update(url=robot.url)
        send(minutes=5)
    client.force_login(make_grant(make_user(), Role.SYSADMIN).user)
    assert "没有答复" in client.get("/admin/outgoing/").text


@pytest.mark.parametrize(
    ("status", "answer"),
    [(200, {"errcode": 310000, "errmsg": "sign not match"}), (200, {"code": 19021}), (200, []), (302, {"errcode": 0})],
)
def test_a_refusal_is_not_taken_for_a_success(status, answer):
    with Listener(status=status, answer=answer).listening() as robot:
        user = make_user()
        robot_of(user, robot)
        tell(user)
        send()
    assert Delivery.objects.get().state == DeliveryState.WAITING
    assert Delivery.objects.get().error


def test_no_secret_stands_in_reasons_and_logs(caplog):
    caplog.set_level(logging.DEBUG)
    with Listener(status=500).listening() as robot:
        user = make_user()
        robot_of(user, robot, secret="SEC123456")
        tell(user)
        send()
    assert robot.heard
    for words in (Delivery.objects.get().error, caplog.text):
        assert "geheim" not in words
        assert "SEC123456" not in words


def test_dingtalk_is_signed_in_the_address():
    robot = Robot(service=RobotService.DINGTALK, url="https://oapi.dingtalk.com/robot/send?access_token=a", secret="s")
    url, _body = channels.signed(robot, "内容", at=1700000000.5)
    query = parse_qs(urlsplit(url).query)
    wanted = base64.b64encode(hmac.new(b"s", b"1700000000500\ns", hashlib.sha256).digest()).decode()
    assert query == {"access_token": ["a"], "timestamp": ["1700000000500"], "sign": [wanted]}


def test_feishu_is_signed_in_the_body():
    robot = Robot(service=RobotService.FEISHU, url="https://open.feishu.cn/open-apis/bot/v2/hook/a", secret="s")
    url, body = channels.signed(robot, "内容", at=1700000000.5)
    wanted = base64.b64encode(hmac.new(b"1700000000\ns", b"", hashlib.sha256).digest()).decode()
    assert url == robot.url
    assert body == {"msg_type": "text", "content": {"text": "内容"}, "timestamp": "1700000000", "sign": wanted}


def test_wecom_is_known_by_its_address_alone():
    robot = Robot(service=RobotService.WECOM, url="https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=a", secret="s")
    url, body = channels.signed(robot, "内容", at=1700000000.5)
    assert (url, body) == (robot.url, {"msgtype": "text", "text": {"content": "内容"}})


@pytest.mark.parametrize(
    "url",
    [
        "http://oapi.dingtalk.com/robot/send",
        "https://10.0.0.1/robot",
        "https://oapi.dingtalk.com@evil.example/",
        "https://oapi.dingtalk.com.evil.example/",
        "https://user:pass@oapi.dingtalk.com/",
        "https://oapi.dingtalk.com:8443/",
        "https://[::1",
        "file:///etc/passwd",
        "https://oapi.dingtalk.com/a b",
        "https://oapi.dingtalk.com/\nHost: x",
    ],
)
def test_a_robot_elsewhere_is_refused_and_never_called(url):
    with pytest.raises(ValidationError):
        Robot(url=url).clean()
    with pytest.raises(channels.NotSent):
        channels.call(Robot(url=url), "内容", "/")


# --- the bureau's group -----------------------------------------------------------------------------------------------


def test_the_group_hears_once_of_what_all_may_read():
    with Listener().listening() as robot:
        Robot.objects.create(url=robot.url)
        for _twice in range(2):
            announce(text="通知：国庆放假安排", address="/notices/1/", key="page:1")
        send()
    assert [body["text"]["content"].split("\n")[0] for _path, body in robot.heard] == ["责任田：通知：国庆放假安排"]


def test_a_message_to_one_person_never_reaches_the_group():
    with Listener().listening() as robot:
        Robot.objects.create(url=robot.url)
        tell(make_user())
        send()
    assert not robot.heard


def test_without_a_robot_nothing_waits_for_the_group():
    announce(text="通知", address="/", key="page:1")
    assert not Delivery.objects.exists()


def test_the_environment_names_the_robot_where_the_administrator_has_not(settings):
    settings.ROBOT_URL, settings.ROBOT_SERVICE = "https://oapi.dingtalk.com/robot/send?access_token=env", "dingtalk"
    assert channels.bureau_robot().url.endswith("env")
    Robot.objects.create(url="https://oapi.dingtalk.com/robot/send?access_token=kept")
    assert channels.bureau_robot().url.endswith("kept")


def test_the_bureau_has_one_robot():
    Robot.objects.create(url="https://oapi.dingtalk.com/a")
    with pytest.raises(IntegrityError), transaction.atomic():
        Robot.objects.create(url="https://oapi.dingtalk.com/b")
    assert connection.needs_rollback is False


# --- the administrator ------------------------------------------------------------------------------------------------


def test_the_administrator_finds_what_failed_and_why_but_not_what_it_said(client):
    user = make_user(username="zhangsan", email="zhang@bureau.example")
    tell(user, text="您的建议已答复")
    Delivery.objects.update(state=DeliveryState.FAILED, error="机器人答复 HTTP 500。", claimed_at=timezone.now())
    client.force_login(make_grant(make_user(), Role.SYSADMIN).user)
    text = client.get("/admin/outgoing/").text
    assert "HTTP 500" in text
    assert "zhangsan" in text
    assert "您的建议已答复" not in text
    client.post("/admin/outgoing/", {"again": "1"})
    row = Delivery.objects.get()
    assert (row.state, row.attempts) == (DeliveryState.WAITING, 0)


def test_the_administrator_enters_the_robot_and_the_group_hears_of_it(client):
    client.force_login(make_grant(make_user(), Role.SYSADMIN).user)
    sent = {"service": "dingtalk", "url": "https://oapi.dingtalk.com/robot/send?access_token=a", "secret": "SEC42"}
    client.post("/admin/outgoing/", sent)
    assert Robot.objects.of_bureau().get().secret == "SEC42"
    assert Delivery.objects.get().channel == Channel.GROUP
    assert "SEC42" not in client.get("/admin/outgoing/").text
    assert client.post("/admin/outgoing/", {**sent, "url": "https://10.0.0.1/"}).status_code == 200
    assert Robot.objects.get().url == sent["url"]
