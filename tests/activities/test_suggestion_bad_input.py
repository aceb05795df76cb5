"""What people send by mistake or at one moment, through the pages: told beside the field, nothing lost or doubled."""

import re
import threading
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from activities import suggestions
from activities.choices import SuggestionState as State
from activities.models import Suggestion, SuggestionEvent
from tests.factories import activities as made
from tests.factories import staff as make

pytestmark = pytest.mark.django_db

ADD = reverse("activities:suggestion_add")
JSON = {"Accept": "application/json"}
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>{{ 7|add:7 }}"


def sent(**fields):
    """What the form sends."""
    return {"token": str(uuid.uuid4()), "text": "建议统一夜市举报电话。", "topic": "专卖执法", **fields}


def beside(answer, name):
    """What is said beside the field `name`, in the words that its reader sees."""
    found = re.search(rf'id="id_{name}_error">(.*?)</p>', answer.content.decode(), re.S)
    return re.sub(r"<[^>]*>", "", found[1]).strip() if found else ""


def step(name, row):
    return reverse(f"activities:suggestion_{name}", args=[row.pk])


class Cast:
    """The people of one suggestion."""

    def __init__(self):
        self.branch = make.make_organisation(unit=make.make_unit(name="官渡区局"))
        self.author = make.make_staff(branch=self.branch, unit=self.branch.unit)
        self.secretary, self.office = make.make_secretary(self.branch), make.make_office()
        self.manager = make.make_manager(self.branch.unit)

    def put(self, text="夜市巡查改到晚上八点。", **fields):
        """One that was put forward."""
        return made.make_suggestion(author=self.author.member, organisation=self.branch, text=text, **fields)

    def led(self, state):
        """One that the unit has in hand."""
        return self.put(
            state=state, accepted_on=make.today(-3), lead_unit=self.branch.unit, assigned_on=make.today(-2),
            due=make.today(20),
        )  # fmt: skip


@pytest.fixture
def cast():
    return Cast()


# --- putting one forward ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "必填"), (" \n\t ", "必填"), ("长" * 20000, "2000"), ("夜市\x00举报", "空字符")],
    ids=["empty", "blank", "too long", "null"],
)
def test_text_that_cannot_be_stored_is_told_beside_the_field_and_kept(client, cast, text, said):
    client.force_login(cast.author)
    answer = client.post(ADD, sent(text=text, unnamed="on"))
    assert answer.status_code == 422 and said in beside(answer, "text")
    kept = answer.context["form"]
    assert kept["text"].value() == text and kept["topic"].value() == "专卖执法" and kept["unnamed"].value()
    assert text.strip("\x00 \n\t")[:2000] in answer.content.decode()
    assert not Suggestion.objects.exists()


def test_markup_is_shown_as_the_letters_that_it_is_made_of(client, cast):
    client.force_login(cast.author)
    page = client.post(ADD, sent(text=SCRIPT), follow=True).content.decode()
    row = Suggestion.objects.get()
    assert row.text == SCRIPT
    client.force_login(cast.secretary)
    client.post(step("refuse", row), {"seen": State.LOGGED, "reason": SCRIPT})
    for url in (row.get_absolute_url(), reverse("activities:suggestions"), "/me/", "/me/notifications/"):
        for user in (cast.author, cast.secretary):
            client.force_login(user)
            page = client.get(url).content.decode()
            assert "<script>alert" not in page and "<img src=x" not in page and "onerror=alert(2)>14" not in page
    page = client.get(row.get_absolute_url()).content.decode()
    assert page.count(escape(SCRIPT)) >= 2


def test_the_same_words_sent_five_times_are_one_suggestion_and_each_time_the_answer_is_it(client, cast):
    client.force_login(cast.author)
    answers = [client.post(ADD, sent()) for _turn in range(5)]
    row = Suggestion.objects.get()
    assert {answer.url for answer in answers} == {row.get_absolute_url()}
    assert row.authors.count() == 1 and row.events.count() == 1
    # Somebody else with the same words is somebody else.
    client.force_login(make.make_staff(branch=cast.branch))
    client.post(ADD, sent())
    assert Suggestion.objects.count() == 2


def test_a_session_that_has_ended_stores_nothing_and_gives_the_words_back(client, cast):
    activity = made.make_activity(cast.branch, starts=timezone.now() - timedelta(hours=1))
    session = suggestions.open_session(activity=activity, question="怎样压实责任？", by=cast.secretary)
    suggestions.end_session(session=session, by=cast.secretary)
    client.force_login(cast.author)
    say = reverse("activities:session_say", args=[activity.pk])
    data = sent()
    told = client.post(say, data, headers=JSON)
    assert told.status_code == 409 and told.json()["ended"] and not Suggestion.objects.exists()
    page = client.post(say, data)
    assert page.status_code == 422 and not Suggestion.objects.exists()
    assert data["text"] in page.content.decode() and f'action="{ADD}"' in page.content.decode()
    assert "作为日常建议提交" in page.content.decode()
    client.post(ADD, data)
    row = Suggestion.objects.get()
    assert (row.text, row.activity) == (data["text"], None)


# --- steps ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "  ", "长" * 20000], ids=["empty", "blank", "too long"])
@pytest.mark.parametrize(
    ("action", "state", "who", "field"),
    [
        ("refuse", State.LOGGED, "secretary", "reason"),
        ("return", State.ASSIGNED, "manager", "reason"),
        ("note", State.IN_PROGRESS, "manager", "text"),
        ("answer", State.IN_PROGRESS, "manager", "text"),
    ],
)
def test_a_step_without_its_words_is_refused_beside_the_field(client, cast, action, state, who, field, text):
    row = cast.put() if state == State.LOGGED else cast.led(state)
    client.force_login(getattr(cast, who))
    answer = client.post(step(action, row), {"seen": state, field: text, "verdict": "partly"})
    assert answer.status_code == 422 and beside(answer, field)
    assert answer.context["form"][field].value() == text
    if action == "answer":
        assert answer.context["form"]["verdict"].value() == "partly"
    row.refresh_from_db()
    assert (row.state, row.verdict, row.answer, row.answered_on) == (state, "", "", None)
    assert not SuggestionEvent.objects.filter(suggestion=row).exists()


def test_an_answer_needs_what_comes_of_it_too(client, cast):
    row = cast.led(State.IN_PROGRESS)
    client.force_login(cast.manager)
    for verdict in ("", "maybe"):
        answer = client.post(step("answer", row), {"seen": row.state, "text": "已设八块。", "verdict": verdict})
        assert answer.status_code == 422 and beside(answer, "verdict") and "已设八块。" in answer.content.decode()
    row.refresh_from_db()
    assert row.state == State.IN_PROGRESS


def test_a_merge_into_itself_in_a_circle_or_into_nothing_is_refused_with_the_reason(client, cast):
    one, two, three = (cast.put(text) for text in ("一", "二", "三"))
    client.force_login(cast.secretary)

    def merge(row, into):
        return client.post(step("merge", row), {"seen": State.LOGGED, "into": into})

    answer = merge(one, one.number)
    assert answer.status_code == 422 and "不能并入自身" in answer.content.decode()
    assert merge(one, two.number).url == one.get_absolute_url()
    assert merge(two, three.number).url == two.get_absolute_url()
    answer = merge(three, one.number)
    assert answer.status_code == 422 and "error-summary" in answer.content.decode()
    assert merge(three, "2022-官渡-9999").status_code == 422
    found = {row.pk: (row.state, row.merged_into_id) for row in Suggestion.objects.all()}
    assert found == {
        one.pk: (State.MERGED, two.pk), two.pk: (State.MERGED, three.pk), three.pk: (State.LOGGED, None),
    }  # fmt: skip


@pytest.mark.parametrize("seen", ["", "closed", "nonsense"])
def test_a_step_from_a_state_that_it_is_not_in_changes_nothing(client, cast, seen):
    row = cast.put()
    client.force_login(cast.secretary)
    assert client.post(step("accept", row), {"seen": seen}).status_code == 422
    row.refresh_from_db()
    assert row.state == State.LOGGED and not row.events.exists()


def test_the_second_is_told_who_did_what_and_keeps_the_words(client, cast):
    row = cast.put()
    suggestions.accept(suggestion=row, seen=State.LOGGED, by=cast.secretary)
    client.force_login(cast.office)
    answer = client.post(step("refuse", row), {"seen": State.LOGGED, "reason": "已有统一安排。"})
    page = answer.content.decode()
    assert answer.status_code == 422 and "已有统一安排。" in page
    assert f"该建议已由{cast.secretary.member.name}办理到“立案”" in page
    row.refresh_from_db()
    assert row.state == State.ACCEPTED and row.events.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_at_the_same_moment_one_is_done_and_the_other_is_told():
    """Threads on a file database: accepted by one, refused by the other."""
    cast = Cast()
    row, gate, answers = cast.put(), threading.Barrier(2), {}

    def act(name, user, data):
        try:
            client = Client()
            client.force_login(user)
            gate.wait(10)
            answers[name] = client.post(step(name, row), {"seen": State.LOGGED, **data})
        finally:
            connection.close()

    both = [("accept", cast.secretary, {}), ("refuse", cast.office, {"reason": "已有统一安排。"})]
    threads = [threading.Thread(target=act, args=one) for one in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers.values()) == [302, 422]
    done, told = sorted(answers, key=lambda name: answers[name].status_code)
    row.refresh_from_db()
    assert row.state == {"accept": State.ACCEPTED, "refuse": State.NOT_ACCEPTED}[done]
    assert "未提交：该建议已由" in answers[told].content.decode() and row.events.count() == 1
