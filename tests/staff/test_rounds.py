"""Rounds: drawn up with their needs, copied from last year's, decided on by the office, ordered on paper."""

from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from docx import Document
from wagtail.models import ModelLogEntry

from staff import orders, rosters, rounds
from staff.choices import PostingState, RoundState
from staff.models import Need, Notification, Posting, Round
from staff.rows import RowErrors
from tests.factories.staff import (
    make_member,
    make_need,
    make_office,
    make_post,
    make_posting,
    make_round,
    make_unit,
    make_user,
    today,
)

pytestmark = pytest.mark.django_db


def draft(**fields):
    facts = {"name": "明年下沉", "starts": today(30), "ends": today(120), "by": None, **fields}
    return rounds.create(**facts)


def row(need=None, delete=False, **facts):
    host = need.host_unit if need else make_unit()
    facts = {"host_unit": host, "place": "", "duty": "夜市巡查", "headcount": 2, "contact": None, **facts}
    return {"need": need, "delete": delete, "facts": facts}


def test_last_years_round_is_the_draft_of_this_one_without_its_people():
    need = make_need(contact=make_member())
    make_posting(need=need)
    made = draft(source=need.round)
    copied = made.needs.get()
    assert made.state == RoundState.DRAFT
    assert (copied.host_unit, copied.duty, copied.place, copied.headcount, copied.contact) == (
        need.host_unit, need.duty, need.place, need.headcount, need.contact,
    )  # fmt: skip
    assert not made.postings.exists()
    assert ModelLogEntry.objects.for_instance(made).get().action == "staff.round.create"


def test_a_period_does_not_leave_its_postings_outside():
    posting = make_posting()
    round = posting.round
    with pytest.raises(ValidationError) as error:
        rounds.edit(round=round, starts=today(1), ends=today(90), by=None)
    assert list(error.value.error_dict) == ["starts"]
    with pytest.raises(ValidationError):
        rounds.edit(round=round, ends=today(-60), by=None)
    assert rounds.edit(round=round, order_number="昆烟党〔2026〕9号", by=None).order_number == "昆烟党〔2026〕9号"


def test_needs_are_stored_together_or_not_at_all():
    round = make_round(state=RoundState.DRAFT)
    kept = make_need(round=round, headcount=1)
    with pytest.raises(RowErrors) as error:
        rounds.set_needs(round=round, rows={0: row(kept, headcount=3), 4: row(duty="", headcount=0)}, by=None)
    assert set(error.value.rows) == {4}
    kept.refresh_from_db()
    assert kept.headcount == 1
    rounds.set_needs(round=round, rows={0: row(kept, headcount=3), 1: row(duty="宣传")}, by=None)
    kept.refresh_from_db()
    assert kept.headcount == 3
    assert round.needs.count() == 2
    rounds.set_needs(round=round, rows={0: row(kept, delete=True)}, by=None)
    assert round.needs.count() == 1


def test_a_need_with_people_is_neither_deleted_nor_moved_nor_cut_below_them():
    need = make_need(headcount=2)
    make_posting(need=need)
    make_posting(need=need)
    for wrong in (row(need, delete=True), row(need, host_unit=make_unit()), row(need, headcount=1)):
        with pytest.raises(RowErrors):
            rounds.set_needs(round=need.round, rows={0: wrong}, by=None)
    assert Need.objects.filter(pk=need.pk, headcount=2, host_unit=need.host_unit).exists()


def test_a_closed_round_takes_no_more():
    round = make_round(state=RoundState.CLOSED)
    for change in (
        lambda: rounds.edit(round=round, name="x", by=None),
        lambda: rounds.set_needs(round=round, rows={}, by=None),
        lambda: rounds.approve(round=round, by=None),
        lambda: rounds.discard(round=round, by=None),
    ):
        with pytest.raises(ValidationError):
            change()


def test_only_an_empty_draft_is_discarded():
    made = draft()
    posting = make_posting(round=draft(name="另一轮"), state=PostingState.PROPOSED, starts=today(30), ends=today(60))
    with pytest.raises(ValidationError):
        rounds.discard(round=posting.round, by=None)
    rounds.discard(round=made, by=None)
    assert Round.objects.count() == 1


def test_the_office_approves_some_refuses_others_with_a_reason_and_leaves_the_rest():
    manager, round = make_user(), make_round(state=RoundState.DRAFT)
    yes, no, later = [
        rosters.propose(
            round=round, member=make_member(), host_unit=make_unit(), duty="巡查",
            starts=today(), ends=today(30), by=manager,
        )
        for _number in range(3)
    ]  # fmt: skip
    office = make_office()
    assert rounds.decide(round=round, verdicts={yes: None, no: "名下案件未办结"}, by=office) == [yes]
    round.refresh_from_db()
    assert round.state == RoundState.APPROVED
    assert {one.pk: one.state for one in round.postings.all()} == {
        yes.pk: PostingState.IN_POST,
        later.pk: PostingState.PROPOSED,
    }
    assert "名下案件未办结" in Notification.objects.get(user=manager).text


def test_a_refusal_has_a_reason_and_a_draft_of_which_nobody_is_approved_stays_one():
    round = make_round(state=RoundState.DRAFT)
    posting = make_posting(round=round, state=PostingState.PROPOSED)
    with pytest.raises(RowErrors):
        rounds.decide(round=round, verdicts={posting: " "}, by=None)
    rounds.decide(round=round, verdicts={posting: "不合适"}, by=None)
    round.refresh_from_db()
    assert round.state == RoundState.DRAFT
    assert not Posting.objects.exists()


def test_a_long_posting_is_put_before_the_secretary_of_the_branch_and_what_came_of_it_is_kept():
    member = make_member()
    secretary = make_user(member=make_post(organisation=member.branch).member)
    posting = make_posting(member=member, starts=today(), ends=today(170))
    rosters.extend(posting=posting, until=today(200), reason="任务未完", by=None)
    assert "组织关系" in Notification.objects.get(user=secretary).text
    rosters.note_membership(posting=posting, note="已转至接收单位党支部", by=None)
    posting.refresh_from_db()
    assert posting.membership_note == "已转至接收单位党支部"
    with pytest.raises(ValidationError):
        rosters.note_membership(posting=make_posting(ends=today(9)), note="x", by=None)


def test_the_order_lists_who_goes_where_in_chinese():
    need = make_need(place="老街夜市")
    posting = make_posting(need=need)
    paper = orders.order(round=need.round, postings=[posting])
    document = Document(BytesIO(paper.content()))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    cells = [cell.text for cell in document.tables[0].rows[1].cells]
    assert need.round.name in text
    assert posting.member.name in cells
    assert str(need.host_unit) in cells
    assert any("老街夜市" in cell for cell in cells)
