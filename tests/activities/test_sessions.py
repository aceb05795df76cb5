"""A session in the room: opened and ended by its keeper, each voice stored once, what screen and recorder are told."""

import threading
import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from activities import access, suggestions
from activities.choices import ActivityState
from activities.models import Suggestion, SuggestionSession, Voice
from staff.models import Notification
from tests.factories import activities as made
from tests.factories import staff as make

pytestmark = pytest.mark.django_db

JSON = {"Accept": "application/json"}
SECRET = "段不显名"


@pytest.fixture
def room():
    """An activity of a branch with an open session, its secretary and a member."""
    return Room()


class Room:
    """The people of one session and its addresses."""

    def __init__(self):
        self.branch = make.make_organisation(unit=make.make_unit(name="官渡区局"))
        self.secretary = make.make_secretary(self.branch)
        self.speaker = make.make_staff(name="赵铁柱", branch=self.branch, unit=self.branch.unit)
        self.activity = made.make_activity(self.branch, starts=made.moment(-1))
        self.session = suggestions.open_session(activity=self.activity, question="怎样压实责任？", by=self.secretary)

    def url(self, name, *args):
        """An address of the session."""
        return reverse(f"activities:session_{name}", args=[self.activity.pk, *args])

    def say(self, text="每周对标一次。", by=None, **fields):
        """A voice."""
        by = by or self.speaker
        return suggestions.put_forward(
            **{"text": text, "member": by.member, "organisation": self.branch, "activity": self.activity, **fields},
            token=fields.pop("token", uuid.uuid4()),
            by=by,
        )

    def feed(self, after=0, everything=False):
        """What a poll is told."""
        return suggestions.feed(activity=self.activity, after=after, everything=everything)


def sent(**fields):
    """What a phone sends."""
    return {"token": str(uuid.uuid4()), "text": "把夜市巡查改到八点以后。", **fields}


def test_only_the_keeper_opens_and_ends(room):
    for user in (room.speaker, make.make_secretary(), make.make_manager(room.branch.unit)):
        with pytest.raises(PermissionDenied):
            suggestions.open_session(activity=room.activity, question="问题", by=user)
        with pytest.raises(PermissionDenied):
            suggestions.end_session(session=room.session, by=user)
    with pytest.raises(ValidationError):
        suggestions.open_session(activity=room.activity, question="  ", by=room.secretary)
    draft = made.make_activity(room.branch, state=ActivityState.DRAFT)
    with pytest.raises(ValidationError):
        suggestions.open_session(activity=draft, question="问题", by=room.secretary)


def test_opened_twice_it_is_one_session_and_ended_it_goes_on(room):
    suggestions.end_session(session=room.session, by=room.secretary)
    assert not suggestions.takes_voices(room.activity)
    again = suggestions.open_session(activity=room.activity, question="还有吗？", by=room.secretary)
    assert SuggestionSession.objects.get() == again and again.is_open
    assert suggestions.takes_voices(room.activity)


def test_what_was_said_before_the_session_opened_stands_on_its_screen(room):
    other = made.make_activity(room.branch)
    row = made.make_suggestion(organisation=room.branch, activity=other)
    suggestions.open_session(activity=other, question="问题", by=room.secretary)
    assert [voice["id"] for voice in suggestions.feed(activity=other, after=0, everything=False).voices] == [row.pk]


def test_deciders_are_told_once_at_the_end_and_not_by_every_voice(room):
    for number in range(3):
        room.say(f"第{number}条建议")
    assert not Notification.objects.exists()
    suggestions.end_session(session=room.session, by=make.make_office())
    assert "3条建议" in Notification.objects.get(user=room.secretary).text


def test_a_poll_is_told_what_changed_since_and_nothing_else(room):
    first = room.say("第一条")
    seen = room.feed()
    assert [(voice["text"], voice["name"]) for voice in seen.voices] == [("第一条", "赵铁柱")]
    second = room.say("第二条")
    news = room.feed(after=seen.version)
    assert [voice["id"] for voice in news.voices] == [second.pk] and news.count == 2
    suggestions.edit_voice(suggestion=first, text="第一条，改过", topic="党建", seen="第一条", by=room.secretary)
    news = room.feed(after=news.version)
    assert [(voice["text"], voice["topic"]) for voice in news.voices] == [("第一条，改过", "党建")]
    assert room.feed(after=news.version).voices == []
    assert "第一条" in first.events.last().text
    suggestions.end_session(session=room.session, by=room.secretary)
    assert room.feed(after=news.version).ended


def test_what_is_not_on_the_screen_is_not_sent_to_it(room):
    suggestions.open_session(activity=room.activity, question="问题", moderated=True, by=room.secretary)
    row = room.say("还没看过的话")
    assert room.feed().voices == [{"id": row.pk, "shown": False}]
    assert room.feed(everything=True).voices[0]["text"] == "还没看过的话"
    suggestions.show_voice(suggestion=row, shown=True, by=room.secretary)
    assert room.feed().voices[0]["text"] == "还没看过的话"


def test_a_double_leaves_the_screen_and_each_author_is_told(room):
    second = make.make_staff(branch=room.branch)
    keep, double = room.say("统一举报电话"), room.say("举报电话要统一", by=second)
    version = room.feed().version
    suggestions.merge(suggestion=double, into=keep, seen=double.state, by=room.secretary)
    assert room.feed(after=version).voices == [{"id": double.pk, "shown": False}]
    assert room.feed(after=version, everything=True).voices[0]["into"] == keep.number
    assert Notification.objects.filter(user=second, text__contains=double.number).exists()


def test_an_unnamed_speaker_is_nowhere_in_what_is_polled_or_minuted(room):
    hidden = make.make_staff(name=SECRET, branch=room.branch)
    room.say("不想留名", by=hidden, unnamed=True)
    for everything in (False, True):
        assert SECRET not in str(room.feed(everything=everything))
    assert suggestions.speeches(room.activity) == [(None, "不想留名")]


def test_what_each_speaker_said_stands_ready_for_the_minutes(room):
    room.say("第一句")
    second = make.make_staff(branch=room.branch)
    room.say("第二句", by=second)
    assert suggestions.speeches(room.activity) == [(room.speaker.member, "第一句"), (second.member, "第二句")]


def test_the_recorder_does_not_overwrite_what_another_has_just_changed(room):
    row = room.say("原话")
    suggestions.edit_voice(suggestion=row, text="整理过", topic="", seen="原话", by=room.secretary)
    with pytest.raises(ValidationError) as refused:
        suggestions.edit_voice(suggestion=row, text="另一种整理", topic="", seen="原话", by=room.secretary)
    assert refused.value.code == "stale"
    for user in (room.speaker, make.make_secretary()):
        with pytest.raises(PermissionDenied):
            suggestions.edit_voice(suggestion=row, text="别人改", topic="", seen="整理过", by=user)
    suggestions.accept(suggestion=row, seen=row.state, by=room.secretary)
    with pytest.raises(ValidationError):
        suggestions.edit_voice(suggestion=row, text="立案后再改", topic="", seen="整理过", by=room.secretary)


def test_a_phone_sends_and_gets_one_answer(client, room):
    """Five times with a nervous thumb is one suggestion, and each time the answer is that it is there."""
    client.force_login(room.speaker)
    data = sent()
    answers = [client.post(room.url("say"), data, headers=JSON) for _turn in range(5)]
    assert {answer.status_code for answer in answers} == {201}
    row = Suggestion.objects.get()
    assert {answer.json()["number"] for answer in answers} == {row.number}
    assert (row.activity, row.organisation, row.voice.shown) == (room.activity, room.branch, True)


@pytest.mark.parametrize(
    ("fields", "status"),
    [({"text": "  "}, 422), ({"text": "长" * 20000}, 422), ({"token": "不是编号"}, 422), ({"token": ""}, 422)],
)
def test_what_cannot_be_stored_is_answered_with_why(client, room, fields, status):
    client.force_login(room.speaker)
    answer = client.post(room.url("say"), sent(**fields), headers=JSON)
    assert answer.status_code == status and answer.json()["errors"]
    assert not Suggestion.objects.exists()


def test_markup_is_text_on_the_screen(client, room):
    client.force_login(room.speaker)
    client.post(room.url("say"), sent(text="<script>alert(1)</script>"), headers=JSON)
    page = client.get(room.url("screen")).content.decode()
    assert "<script>alert(1)" not in page and "&lt;script&gt;alert(1)" in page


def test_a_session_that_has_ended_keeps_the_text_and_offers_it_outside(client, room):
    suggestions.end_session(session=room.session, by=room.secretary)
    client.force_login(room.speaker)
    data = sent()
    answer = client.post(room.url("say"), data, headers=JSON)
    assert answer.status_code == 409 and answer.json()["ended"]
    page = client.post(room.url("say"), data)
    assert data["text"] in page.content.decode()
    assert f'action="{reverse("activities:suggestion_add")}"' in page.content.decode()
    client.post(reverse("activities:suggestion_add"), data)
    assert Suggestion.objects.get().activity is None


def test_the_recorder_enters_for_a_speaker_edits_shows_and_merges(client, room):
    client.force_login(room.secretary)
    data = sent(speaker=room.speaker.member.employee_number, topic="党建", text="第一行\r\n第二行")
    assert client.post(room.url("record"), data, headers=JSON).status_code == 201
    row = Suggestion.objects.get()
    assert row.authors.get().member == room.speaker.member
    edit = {"text": "一行", "topic": "安全", "seen": "第一行\r\n第二行"}
    assert client.post(room.url("voice", row.pk, "edit"), edit, headers=JSON).status_code == 200
    assert client.post(room.url("voice", row.pk, "edit"), edit, headers=JSON).status_code == 409
    client.post(room.url("voice", row.pk, "hide"), headers=JSON)
    assert not Voice.objects.get().shown
    other = room.say("另一条")
    merged = client.post(room.url("voice", other.pk, "merge"), {"into": row.pk}, headers=JSON)
    assert merged.status_code == 200
    other.refresh_from_db()
    assert other.merged_into == row
    for into in (other.pk, 999999, "x", row.pk):
        answer = client.post(room.url("voice", row.pk, "merge"), {"into": into}, headers=JSON)
        assert answer.status_code == 422 and answer.json()["errors"]
    elsewhere = made.make_suggestion(organisation=room.branch)
    assert client.post(room.url("voice", elsewhere.pk, "hide")).status_code == 404


def test_a_poll_costs_three_queries_and_an_idle_one_no_body(client, room):
    client.force_login(room.speaker)
    for number in range(30):
        room.say(f"第{number}条建议内容")
    page = client.get(room.url("screen"))
    headers = {"X-Feed-Key": page.context["key"]}
    client.get(room.url("feed"), headers=headers)
    for after, status in ((0, 200), (room.feed().version, 304)):
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(f"{room.url('feed')}?after={after}", headers=headers)
        assert answer.status_code == status
        assert len(asked) <= 3, [query["sql"] for query in asked]
    assert answer.content == b""


def test_a_key_opens_its_own_session_for_its_own_holder(client, room):
    other = made.make_session(made.make_activity(room.branch))
    key = access.feed_key(room.speaker, room.activity)
    assert access.holds_feed_key(room.speaker, room.activity.pk, key)
    assert not access.holds_feed_key(room.secretary, room.activity.pk, key)
    assert not access.holds_feed_key(room.speaker, other.activity_id, key)
    assert not access.holds_feed_key(room.speaker, room.activity.pk, key, everything=True)
    assert not access.holds_feed_key(room.speaker, room.activity.pk, key + "x")
    client.force_login(room.speaker)
    assert client.get(f"{room.url('feed')}?all=1", headers={"X-Feed-Key": key}).status_code == 404
    client.force_login(make.make_partner())
    assert client.get(room.url("feed"), headers={"X-Feed-Key": key}).status_code == 404


@pytest.mark.parametrize("after", ["", "x", "-1", "99999999999999", "¹", "7"])
def test_a_poll_with_nonsense_begins_again(client, room, after):
    """Also a count that this database never reached: the screen had seen another."""
    client.force_login(room.speaker)
    room.say()
    answer = client.get(room.url("feed"), {"after": after})
    assert answer.status_code == 200 and len(answer.json()["voices"]) == 1


@pytest.mark.django_db(transaction=True)
def test_phones_at_once_are_stored_exactly_once_each():
    """Twelve phones in threads, each sending three times: twelve suggestions, numbered without a gap."""
    room, failed = Room(), []
    phones = [make.make_staff(branch=room.branch) for _number in range(12)]

    def send(user, data):
        try:
            client = Client()
            client.force_login(user)
            for _turn in range(3):
                answer = client.post(room.url("say"), data, headers=JSON)
                if answer.status_code != 201:
                    failed.append(answer.content)
        except Exception as error:  # noqa: BLE001
            failed.append(error)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=send, args=[user, sent(text=f"第{number}部手机的建议。")])
        for number, user in enumerate(phones)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert sorted(number[-4:] for number in Suggestion.objects.values_list("number", flat=True)) == [
        f"{number:04}" for number in range(1, 13)
    ]
    assert len(room.feed().voices) == room.feed().count == 12
