"""A suggestion's path: every step with its history and log, who may take it, and what is refused."""

import threading
import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.utils import timezone
from wagtail.models import ModelLogEntry

from activities import suggestions
from activities.choices import Rating, Verdict
from activities.choices import SuggestionState as State
from activities.models import Suggestion, SuggestionAuthor, SuggestionEvent
from activities.suggestions import links
from staff.access import allowed
from staff.models import AccessEvent, Notification
from staff.workdays import add_working_days
from tests.factories import activities as made
from tests.factories import staff as make

pytestmark = pytest.mark.django_db


class Cast:
    """The people of one suggestion: author, secretary, party office, management of the lead unit."""

    def __init__(self):
        self.county = make.make_unit(name="官渡区局", short_name="官渡局")
        self.branch = make.make_organisation(unit=self.county)
        self.author = make.make_staff(name="段不显名", unit=self.county, branch=self.branch)
        self.secretary = make.make_secretary(self.branch)
        self.office = make.make_office()
        self.lead_unit = make.make_unit()
        self.manager = make.make_manager(self.lead_unit)

    def put(self, text="把夜市巡查的时间改到晚上八点以后。", **fields):
        """A suggestion of the author."""
        fields = {"token": uuid.uuid4(), "member": self.author.member, "organisation": self.branch, **fields}
        return suggestions.put_forward(text=text, by=fields.pop("by", self.author), **fields)

    def accepted(self, **fields):
        """One that is accepted."""
        return suggestions.accept(suggestion=self.put(**fields), seen=State.LOGGED, by=self.secretary)

    def assigned(self, **fields):
        """One that is assigned to the lead unit."""
        row = self.accepted(**fields)
        return suggestions.assign(suggestion=row, lead_unit=self.lead_unit, seen=State.ACCEPTED, by=self.office)

    def started(self, **fields):
        """One that the lead unit works on."""
        return suggestions.start(suggestion=self.assigned(**fields), seen=State.ASSIGNED, by=self.manager)

    def answered(self, **fields):
        """One that is answered."""
        row = self.started(**fields)
        return suggestions.answer(
            suggestion=row,
            verdict=Verdict.ADOPTED,
            text="自下月起调整。",
            seen=State.IN_PROGRESS,
            by=self.manager,
        )


@pytest.fixture
def cast():
    """A fresh cast."""
    return Cast()


def logged(row):
    """The actions in the log, oldest first."""
    entries = ModelLogEntry.objects.filter(object_id=str(row.pk), content_type__model="suggestion")
    return [entry.action.rpartition(".")[2] for entry in entries.order_by("timestamp", "pk")]


def test_the_whole_path_leaves_an_event_and_a_log_row_a_step(cast):
    """Logged, accepted, assigned, returned, assigned, in progress, noted, answered, reopened, answered, closed."""
    row = cast.put()
    row = suggestions.accept(suggestion=row, seen=row.state, by=cast.secretary)
    row = suggestions.assign(suggestion=row, lead_unit=cast.lead_unit, seen=row.state, by=cast.office)
    row = suggestions.return_(suggestion=row, reason="属营销科职责", seen=row.state, by=cast.manager)
    row = suggestions.assign(suggestion=row, lead_unit=cast.lead_unit, seen=row.state, by=cast.secretary)
    row = suggestions.start(suggestion=row, seen=row.state, by=cast.manager)
    row = suggestions.note(suggestion=row, text="已到现场看过", seen=row.state, by=cast.manager)
    row = suggestions.answer(suggestion=row, verdict=Verdict.PARTLY, text="先试一个月", seen=row.state, by=cast.manager)
    assert row.answered_in_time is True
    row = suggestions.rate(suggestion=row, rating=Rating.DISSATISFIED, seen=row.state, by=cast.author)
    assert (row.state, row.reopened, row.verdict, row.answered_on) == (State.IN_PROGRESS, True, "", None)
    row = suggestions.answer(suggestion=row, verdict=Verdict.ADOPTED, text="全面调整", seen=row.state, by=cast.manager)
    row = suggestions.rate(suggestion=row, rating=Rating.DISSATISFIED, seen=row.state, by=cast.author)
    assert (row.state, row.rating) == (State.CLOSED, Rating.DISSATISFIED)
    actions = ["log", "accept", "assign", "return", "assign", "start", "note", "answer", "reopen", "answer", "rate"]
    assert logged(row) == actions
    assert row.events.count() == len(actions)


def test_refused_and_merged_answer_the_authors(cast):
    """Refusing needs a reason; both tell the author."""
    with pytest.raises(ValidationError):
        suggestions.refuse(suggestion=cast.put(), reason=" ", seen=State.LOGGED, by=cast.secretary)
    row = suggestions.refuse(suggestion=cast.put("一"), reason="已有规定", seen=State.LOGGED, by=cast.secretary)
    other, target = cast.put("二"), cast.put("三")
    other = suggestions.merge(suggestion=other, into=target, seen=State.LOGGED, by=cast.secretary)
    assert (row.state, other.state, other.merged_into) == (State.NOT_ACCEPTED, State.MERGED, target)
    assert logged(row)[-1] == "refuse"
    assert logged(other)[-1] == "merge"
    told = Notification.objects.filter(user=cast.author)
    assert told.filter(text__contains=row.number).exists()
    assert told.filter(text__contains=other.number).exists()


def test_what_befalls_the_one_reaches_the_authors_of_the_merged(cast):
    """Each author is still answered."""
    second = make.make_staff(unit=cast.county, branch=cast.branch)
    other = cast.put("同一件事", member=second.member, by=second)
    target = cast.accepted()
    suggestions.merge(suggestion=other, into=target, seen=State.LOGGED, by=cast.secretary)
    suggestions.assign(suggestion=target, lead_unit=cast.lead_unit, seen=State.ACCEPTED, by=cast.office)
    assert Notification.objects.filter(user=second, text__contains=target.number).exists()


def test_no_merge_into_itself_or_in_a_circle(cast):
    """What was merged takes nothing in."""
    one, two = cast.put("一"), cast.put("二")
    with pytest.raises(ValidationError):
        suggestions.merge(suggestion=one, into=one, seen=State.LOGGED, by=cast.secretary)
    suggestions.merge(suggestion=one, into=two, seen=State.LOGGED, by=cast.secretary)
    with pytest.raises(ValidationError):
        suggestions.merge(suggestion=two, into=one, seen=State.LOGGED, by=cast.secretary)


@pytest.mark.parametrize(
    ("at", "action", "fields", "by"),
    [
        ("put", "accept", {}, "author"),
        ("put", "refuse", {"reason": "不行"}, "manager"),
        ("accepted", "assign", {}, "manager"),
        ("assigned", "start", {}, "author"),
        ("assigned", "return_", {"reason": "不行"}, "stranger"),
        ("started", "note", {"text": "看过"}, "stranger"),
        ("started", "answer", {"verdict": Verdict.KEPT, "text": "看过"}, "author"),
        ("answered", "rate", {"rating": Rating.SATISFIED}, "secretary"),
        ("answered", "rate", {"rating": Rating.SATISFIED}, "office"),
    ],
)
def test_a_step_is_taken_only_by_its_role(cast, at, action, fields, by):
    """A secretary or manager elsewhere is a stranger."""
    row = getattr(cast, at)()
    cast.stranger = make.make_manager()
    if action == "assign":
        fields = {"lead_unit": cast.lead_unit}
    for user in (getattr(cast, by), make.make_secretary()):
        with pytest.raises(PermissionDenied):
            getattr(suggestions, action)(suggestion=row, seen=row.state, by=user, **fields)


def test_a_step_that_the_state_does_not_know_is_refused(cast):
    """An answer to what nobody accepted, say."""
    row = cast.put()
    with pytest.raises(ValidationError) as refused:
        suggestions.answer(suggestion=row, verdict=Verdict.KEPT, text="阅", seen=row.state, by=cast.office)
    assert refused.value.code == "state"


def test_the_second_of_two_is_told_what_happened(cast):
    """The message names who acted and what it has become."""
    row = cast.put()
    suggestions.accept(suggestion=row, seen=State.LOGGED, by=cast.secretary)
    with pytest.raises(ValidationError) as refused:
        suggestions.refuse(suggestion=row, reason="重复", seen=State.LOGGED, by=cast.office)
    assert refused.value.code == "stale"
    assert cast.secretary.member.name in refused.value.message


def test_a_unit_returns_within_ten_working_days_only(cast):
    """Looking up the author in between does not give it longer."""
    row = cast.assigned(unnamed=True)
    since = timezone.localdate()
    late = timezone.now() + (add_working_days(since, 11) - since)
    suggestions.reveal(suggestion=row, by=cast.office)
    with pytest.raises(ValidationError) as refused:
        suggestions.return_(suggestion=row, reason="非本单位", seen=row.state, by=cast.manager, at=late)
    assert refused.value.code == "late"
    in_time = timezone.now() + (add_working_days(since, 10) - since)
    assert (
        suggestions.return_(suggestion=row, reason="非本单位", seen=row.state, by=cast.manager, at=in_time).state
        == State.RETURNED
    )


def test_due_dates_count_working_days(cast):
    """Five to decide, thirty to answer by default."""
    row, today = cast.put(), timezone.localdate()
    assert row.due == add_working_days(today, 5)
    row = suggestions.accept(suggestion=row, seen=row.state, by=cast.secretary)
    row = suggestions.assign(suggestion=row, lead_unit=cast.lead_unit, seen=row.state, by=cast.office)
    assert row.due == add_working_days(today, 30)
    with pytest.raises(ValidationError):
        other = cast.accepted(text="另一件")
        suggestions.assign(
            suggestion=other,
            lead_unit=cast.lead_unit,
            due=today - timedelta(days=1),
            seen=other.state,
            by=cast.office,
        )


def test_silence_closes_after_ten_working_days_once(cast):
    """A day earlier it does not."""
    row, now, today = cast.answered(), timezone.now(), timezone.localdate()
    last = add_working_days(today, 10)
    assert suggestions.close_silent(now + (last - today)) == 0
    assert suggestions.close_silent(now + (last - today) + timedelta(days=1)) == 1
    assert suggestions.close_silent(now + (last - today) + timedelta(days=1)) == 0
    row.refresh_from_db()
    assert (row.state, row.rating) == (State.CLOSED, "")
    assert logged(row)[-1] == "close"


def test_what_is_overdue_reaches_the_office_once(cast):
    """And stands in its list of what waits."""
    row, later = cast.put(), timezone.now() + timedelta(days=40)
    suggestions.escalate(later)
    suggestions.escalate(later)
    assert Notification.objects.filter(user=cast.office, text__contains="已逾期").count() == 1
    Suggestion.objects.filter(pk=row.pk).update(due=timezone.localdate() - timedelta(days=1))
    assert row in suggestions.waiting_for(cast.office)


def test_the_next_level_hears_first_and_the_office_a_week_later(cast):
    """The secretary above the branch's own, then the party office; each once, and in the history."""
    above = cast.branch.get_parent() or cast.branch
    higher = make.make_secretary(above)
    row, late = cast.put(), timezone.now() + timedelta(days=1 + (cast.put().due - timezone.localdate()).days)
    assert suggestions.escalate(late) == 1 == suggestions.escalate(late) + 1
    told = Notification.objects.filter(text__contains="已逾期")
    assert set(told.values_list("user", flat=True)) == {higher.pk}
    assert suggestions.escalate(late + timedelta(days=8)) == 1
    assert set(told.values_list("user", flat=True)) == {higher.pk, cast.office.pk}
    assert logged(row).count("escalate") == 2


def test_a_late_answer_reaches_whoever_manages_the_unit_above(cast):
    """And not the one who owes it."""
    upper = make.make_unit()
    lower = make.make_unit(parent=upper)
    chief, manager = make.make_manager(upper), make.make_manager(lower)
    row = suggestions.assign(suggestion=cast.accepted(), lead_unit=lower, seen=State.ACCEPTED, by=cast.office)
    suggestions.escalate(timezone.now() + (row.due - timezone.localdate()) + timedelta(days=1))
    told = Notification.objects.filter(text__contains="已逾期").values_list("user", flat=True)
    assert chief.pk in told and manager.pk not in told


def test_another_unit_may_be_named_and_the_first_is_told(cast):
    """改派: the clock of the new unit's return starts anew."""
    row, other = cast.started(), make.make_unit()
    row = suggestions.assign(suggestion=row, lead_unit=other, seen=row.state, by=cast.secretary)
    assert (row.state, row.lead_unit, row.assigned_on) == (State.ASSIGNED, other, timezone.localdate())
    assert Notification.objects.filter(user=cast.manager, text__contains="改派").exists()
    with pytest.raises(PermissionDenied):
        suggestions.start(suggestion=row, seen=row.state, by=cast.manager)


def test_one_becomes_two_with_the_same_people_behind_both(cast):
    """Each has a number; the words as they were stay in the history, nobody's name appears in it."""
    row = cast.put("一是换灯。二是修路。", unnamed=True)
    other = suggestions.split(suggestion=row, text="换灯。", rest="修路。", seen=row.state, by=cast.secretary)
    row.refresh_from_db()
    assert (row.text, other.text, other.split_from, other.state) == ("换灯。", "修路。", row, State.LOGGED)
    assert other.number != row.number and other.unnamed
    assert other.authors.get().member == cast.author.member
    assert "一是换灯。二是修路。" in row.events.last().text
    assert Notification.objects.filter(user=cast.author, text__contains=other.number).exists()
    for text, rest in (("", "修路"), ("换灯", " "), ("换灯", "长" * 20000)):
        with pytest.raises(ValidationError):
            suggestions.split(suggestion=row, text=text, rest=rest, seen=row.state, by=cast.secretary)
    with pytest.raises(PermissionDenied):
        suggestions.split(suggestion=row, text="换", rest="灯", seen=row.state, by=cast.author)


def test_a_suggestion_is_linked_to_what_one_may_see(cast):
    """A plot, a finding, a project or an activity; once, with its traces, and shown to whoever may see the thing."""
    row, plot = cast.put(), make.make_plot(unit=cast.county)
    activity = made.make_activity(cast.branch)
    project = made.make_item(agreement=made.make_agreement(lead=cast.branch))
    for kind, thing in (("plot", plot), ("activity", activity), ("project", project), ("plot", plot)):
        suggestions.link(suggestion=row, kind=kind, target=thing.pk, by=cast.secretary)
    assert row.links.count() == 3
    assert {link.target for link in links.of(row, cast.secretary)} == {plot, activity, project}
    assert plot not in {link.target for link in links.of(row, make.make_staff())}
    with pytest.raises(ValidationError):
        suggestions.link(suggestion=row, kind="plot", target=make.make_plot().pk, by=cast.secretary)
    with pytest.raises(PermissionDenied):
        suggestions.link(suggestion=row, kind="activity", target=activity.pk, by=cast.author)
    suggestions.unlink(link=row.links.get(plot=plot), by=cast.secretary)
    assert logged(row)[-4:] == ["link", "link", "link", "unlink"]


def test_what_is_alike_is_offered(cast):
    """By what both say, whatever the order; not what was merged, not what has nothing in common."""
    like = cast.put("夜市巡查的时间建议改到晚上八点以后，商户都在。")
    cast.put("烤房的电线老化，请尽快更换。")
    merged = cast.put("夜市巡查时间改到晚上八点以后吧。")
    suggestions.merge(suggestion=merged, into=like, seen=State.LOGGED, by=cast.secretary)
    assert suggestions.similar(text="建议夜市的巡查改到晚上八点", user=cast.author) == [like]
    assert suggestions.similar(text="夜市", user=cast.author) == []
    assert suggestions.similar(text="夜市的巡查改到晚上八点", user=make.make_partner()) == []


def test_each_has_their_next_step_in_their_list(cast):
    """Secretary, office, management, author; nobody elsewhere."""
    assert cast.put("一") in suggestions.waiting_for(cast.secretary)
    assert cast.accepted(text="二") in suggestions.waiting_for(cast.office)
    assert cast.assigned(text="三") in suggestions.waiting_for(cast.manager)
    assert cast.answered(text="四") in suggestions.waiting_for(cast.author)
    for user in (make.make_manager(), make.make_secretary(), make.make_auditor(), make.make_partner()):
        assert not suggestions.waiting_for(user).exists()


def test_every_step_of_the_table_is_offered_to_its_role(cast):
    """The buttons are the table."""
    assert set(suggestions.steps_for(cast.secretary, cast.put("一"))) == {"accept", "refuse", "merge", "split"}
    assert set(suggestions.steps_for(cast.office, cast.accepted(text="二"))) == {"assign", "merge", "split"}
    assert list(suggestions.steps_for(cast.manager, cast.assigned(text="三"))) == ["start", "return"]
    assert list(suggestions.steps_for(cast.manager, cast.started(text="四"))) == ["answer", "note"]
    assert "assign" in suggestions.steps_for(cast.office, cast.started(text="六"))
    assert set(suggestions.steps_for(cast.author, cast.answered(text="五"))) == {"rate"}


def test_an_assisting_unit_gives_its_opinion_and_no_answer(cast):
    """会办."""
    helper_unit = make.make_unit()
    helper = make.make_manager(helper_unit)
    row = suggestions.assign(
        suggestion=cast.accepted(),
        lead_unit=cast.lead_unit,
        assisting=[helper_unit],
        seen=State.ACCEPTED,
        by=cast.office,
    )
    row = suggestions.start(suggestion=row, seen=row.state, by=cast.manager)
    assert set(suggestions.steps_for(helper, row)) == {"note"}
    assert Notification.objects.filter(user=helper).exists()


def test_sent_five_times_is_one_suggestion(cast):
    """By token, and by the same words within ten minutes."""
    token = uuid.uuid4()
    rows = {cast.put(token=token).pk for _turn in range(3)} | {cast.put().pk for _turn in range(2)}
    assert len(rows) == 1
    assert cast.put(at=timezone.now() + timedelta(minutes=11)).pk not in rows


def test_text_is_required_and_limited(cast):
    """Empty, and twenty thousand characters."""
    for text in ("  ", "长" * 20000):
        with pytest.raises(ValidationError):
            cast.put(text)


def test_nobody_speaks_for_another_outside_a_session_they_record(cast):
    """The session's secretary may."""
    activity = made.make_activity(cast.branch)
    other = make.make_member(branch=cast.branch, unit=cast.county)
    with pytest.raises(PermissionDenied):
        cast.put(member=other)
    row = cast.put(member=other, activity=activity, by=cast.secretary)
    assert row.authors.get().member == other


def test_numbers_follow_the_county_and_the_year(cast):
    """2026-官渡-0001, then 0002; another county begins anew."""
    year = timezone.localdate().year
    assert [cast.put(text).number for text in "一二"] == [f"{year}-官渡-0001", f"{year}-官渡-0002"]
    other = make.make_organisation(unit=make.make_unit(name="嵩明县烟草专卖局"))
    author = make.make_staff(branch=other)
    assert cast.put("三", member=author.member, organisation=other, by=author).number == f"{year}-嵩明-0001"


@pytest.mark.django_db(transaction=True)
def test_numbers_have_no_gap_when_two_come_at_once():
    """Threads on a file database."""
    cast, failed = Cast(), []

    def send(number):
        try:
            cast.put(f"第{number}条")
        except Exception as error:  # noqa: BLE001
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=[number]) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    numbers = sorted(Suggestion.objects.values_list("number", flat=True))
    assert [number[-4:] for number in numbers] == [f"{n:04}" for n in range(1, 7)]


def test_an_unnamed_author_stands_in_no_log_event_or_notification_of_others(cast):
    """From logging through rating, for the author's own steps too."""
    row = cast.answered(unnamed=True)
    suggestions.rate(suggestion=row, rating=Rating.SATISFIED, seen=row.state, by=cast.author)
    assert not ModelLogEntry.objects.filter(user=cast.author).exists()
    assert not SuggestionEvent.objects.filter(by=cast.author).exists()
    texts = [*Notification.objects.values_list("text", flat=True)]
    texts += SuggestionEvent.objects.values_list("text", flat=True)
    texts += [f"{entry.label}{entry.data}" for entry in ModelLogEntry.objects.all()]
    assert not [text for text in texts if cast.author.member.name in text]
    visible = SuggestionAuthor.objects.filter(suggestion=row)
    assert visible.visible_to(cast.author).exists()
    assert not visible.visible_to(cast.office).exists()


def test_who_looks_up_an_unnamed_author_is_recorded(cast):
    """By the party office alone."""
    row = cast.put(unnamed=True)
    with pytest.raises(PermissionDenied):
        suggestions.reveal(suggestion=row, by=cast.secretary)
    assert suggestions.reveal(suggestion=row, by=cast.office)[0].member == cast.author.member
    assert AccessEvent.objects.get().user == cast.office
    assert row.events.filter(by=cast.office).exists()
    assert logged(row)[-1] == "reveal"


def test_co_signers_are_told_and_do_not_rate(cast):
    """附议人."""
    second = make.make_staff(branch=cast.branch, unit=cast.county)
    row = cast.answered(co_signers=[second.member, cast.author.member])
    assert row.authors.count() == 2
    assert Notification.objects.filter(user=second, text__contains="附议人").exists()
    assert not allowed(second, "rate", row)


def test_support_is_given_once_and_taken_back(cast):
    """Nobody supports their own."""
    row = cast.put()
    assert suggestions.toggle_support(suggestion=row, by=cast.secretary) is True
    assert suggestions.toggle_support(suggestion=row, by=cast.secretary) is False
    with pytest.raises(ValidationError):
        suggestions.toggle_support(suggestion=row, by=cast.author)
