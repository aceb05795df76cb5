"""Pages of rounds and the roster: drawn up, chosen, approved and read, each role within its scope."""

from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from docx import Document
from openpyxl import load_workbook

from staff.choices import LeaveState, PostingState, RoundState
from staff.models import AccessEvent, Need, Notification, Posting, Round
from tests.factories.staff import (
    make_leave,
    make_manager,
    make_member,
    make_need,
    make_office,
    make_posting,
    make_round,
    make_staff,
    make_unit,
    make_user,
    today,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client):
    """The party office, signed in."""
    user = make_office()
    client.force_login(user)
    return user


def facts(**fields):
    return {
        "name": "2027年下沉",
        "order_number": "",
        "starts": today(10).isoformat(),
        "ends": today(100).isoformat(),
        "note": "",
        **fields,
    }


def table(*rows, initial=0):
    """A table of needs as a browser sends it."""
    data = {"needs-TOTAL_FORMS": len(rows), "needs-INITIAL_FORMS": initial}
    for place, row in enumerate(rows):
        empty = {"pk": "", "host_unit": "", "place": "", "duty": "", "headcount": "", "contact": ""}
        data |= {f"needs-{place}-{name}": value for name, value in {**empty, **row}.items()}
    return data


# --- drawing up ---------------------------------------------------------------------------------------------------


def test_a_round_is_made_and_leads_to_its_needs(client, office):
    response = client.post("/deployments/new/", facts())
    made = Round.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"/deployments/{made.pk}/needs/")
    assert made.state == RoundState.DRAFT


@pytest.mark.parametrize(
    "wrong",
    [{"name": ""}, {"starts": "x"}, {"ends": "2001-01-01"}, {"ends": ""}, {"name": "已有"}, {"name": "长" * 81}],
)
def test_what_is_wrong_with_a_round_is_named_and_kept(client, office, wrong):
    make_round(name="已有")
    response = client.post("/deployments/new/", facts(order_number="昆烟党〔2027〕3号") | wrong)
    assert response.status_code == 422
    assert "昆烟党〔2027〕3号" in response.content.decode()
    assert Round.objects.count() == 1


def test_last_years_round_fills_the_form_a_year_later_and_brings_its_needs(client, office):
    source = make_need(round=make_round(name=f"{today().year}年下沉", note="统一安排")).round
    url = f"/deployments/new/?from={source.pk}"
    form = client.get(url).context["form"]
    assert form.initial["starts"] > today()
    assert form.initial["note"] == "统一安排"
    assert form.initial["name"] != source.name
    client.post(url, facts())
    assert Round.objects.get(name="2027年下沉").needs.count() == 1
    assert client.get("/deployments/new/?from=999999").status_code == 404
    assert client.get("/deployments/new/?from=x").status_code == 200


def test_a_round_is_corrected_on_its_page(client, office):
    round = make_posting().round
    url = f"/deployments/{round.pk}/edit/"
    sent = facts(name=round.name, order_number="9号", starts=round.starts.isoformat(), ends=round.ends.isoformat())
    assert client.post(url, sent | {"starts": today().isoformat()}).status_code == 422
    assert client.post(url, sent).status_code == 302
    round.refresh_from_db()
    assert round.order_number == "9号"


def test_several_needs_are_stored_from_one_screen_and_a_bad_row_keeps_its_text(client, office):
    round, host, contact = make_round(state=RoundState.DRAFT), make_unit(), make_member()
    url = f"/deployments/{round.pk}/needs/"
    good = {"host_unit": host.pk, "duty": "夜市巡查", "headcount": 2, "contact": contact.employee_number}
    response = client.post(url, table(good, {"host_unit": host.pk, "duty": "烟区宣传", "headcount": "许多"}, {}))
    assert response.status_code == 422
    page = response.content.decode()
    assert "许多" in page
    assert "烟区宣传" in page
    assert not Need.objects.exists()
    assert (
        client.post(url, table(good, {"host_unit": host.pk, "duty": "烟区宣传", "headcount": 1}, {})).status_code == 302
    )
    assert {(need.duty, need.headcount, need.contact) for need in round.needs.all()} == {
        ("夜市巡查", 2, contact),
        ("烟区宣传", 1, None),
    }


def test_a_need_is_changed_deleted_and_kept_when_it_has_people(client, office):
    need = make_need()
    other = make_need(round=need.round)
    make_posting(need=need)
    url = f"/deployments/{need.round_id}/needs/"
    rows = [
        {"pk": one.pk, "host_unit": one.host_unit_id, "place": one.place, "duty": one.duty, "headcount": one.headcount}
        for one in (need, other)
    ]
    response = client.post(url, table(rows[0] | {"DELETE": "on"}, rows[1] | {"DELETE": "on"}, initial=2))
    assert response.status_code == 422
    assert "不能删除" in response.content.decode()
    assert client.post(url, table(rows[0] | {"duty": "巡查"}, rows[1] | {"DELETE": "on"}, initial=2)).status_code == 302
    assert need.round.needs.get().duty == "巡查"


def test_more_rows_are_offered_without_losing_what_was_typed(client, office):
    round = make_round(state=RoundState.DRAFT)
    sent = table({"duty": "只填了一半"}) | {"more": "1"}
    response = client.post(f"/deployments/{round.pk}/needs/", sent)
    assert "只填了一半" in response.content.decode()
    assert len(response.context["rows"].forms) == 6
    for broken in ({"needs-TOTAL_FORMS": "x"}, {"needs-TOTAL_FORMS": "99999"}, {}):
        assert client.post(f"/deployments/{round.pk}/needs/", {**broken, "more": "1"}).status_code == 200
        assert client.post(f"/deployments/{round.pk}/needs/", broken).status_code in {302, 422}


def test_a_host_unit_asks_for_itself_while_the_round_is_a_draft(client):
    round, host = make_round(state=RoundState.DRAFT), make_unit()
    foreign = make_need(round=round)
    client.force_login(make_manager(host))
    url = f"/deployments/{round.pk}/needs/"
    assert str(foreign.host_unit) not in client.get(url).content.decode()
    wrong = {"pk": foreign.pk, "host_unit": foreign.host_unit_id, "duty": "x", "headcount": 9}
    assert client.post(url, table(wrong)).status_code == 422
    client.post(url, table({"host_unit": host.pk, "duty": "寄递巡查", "headcount": 2}))
    assert round.needs.get(host_unit=host).headcount == 2
    foreign.refresh_from_db()
    assert foreign.headcount == 2
    Round.objects.update(state=RoundState.APPROVED)
    assert client.get(url).status_code == 404


# --- choosing and approving ---------------------------------------------------------------------------------------


def test_people_are_ticked_for_a_need_and_wait_for_the_office(client, office):
    need = make_need()
    people = [make_member(unit=make_unit()) for _number in range(2)]
    url = f"/deployments/{need.round_id}/choose/"
    page = client.get(url)
    assert page.status_code == 200
    assert "从未下沉" in page.content.decode()
    days = {"starts": today().isoformat(), "ends": today(60).isoformat()}
    assert client.post(url, days).status_code == 422
    assert client.post(url, days | {"picks": [one.pk for one in people]}).status_code == 302
    assert {one.state for one in Posting.objects.all()} == {PostingState.PROPOSED}
    assert need.postings.count() == 2


def test_a_refused_choice_stands_beside_its_person_and_nothing_is_stored(client, office):
    need, unit = make_need(headcount=3), make_unit()
    fresh, before, busy = [make_member(unit=unit) for _number in range(3)]
    old = make_round(starts=today(-400), ends=today(-300))
    make_posting(member=before, round=old, state=PostingState.COMPLETED)
    make_posting(member=busy)
    url = f"/deployments/{need.round_id}/choose/?need={need.pk}"
    days = {"starts": today().isoformat(), "ends": today(60).isoformat()}
    sent = days | {"picks": [fresh.pk, before.pk, busy.pk], f"reason-{busy.pk}": "熟悉"}
    response = client.post(url, sent)
    page = response.content.decode()
    assert response.status_code == 422
    assert "请填写再次选派的理由" in page
    assert "已有其他派驻" in page
    assert not need.postings.exists()
    sent = days | {"picks": [fresh.pk, before.pk], f"reason-{before.pk}": "懂案卷"}
    assert client.post(url, sent).status_code == 302
    assert need.postings.get(member=before).again_reason == "懂案卷"


def test_a_manager_chooses_from_the_own_units_only(client):
    need, foreign = make_need(), make_member()
    manager = make_manager()
    client.force_login(manager)
    url = f"/deployments/{need.round_id}/choose/?show=all"
    rows = client.get(url).context["rows"]
    assert {row["candidate"].member for row in rows} == {manager.member}
    days = {"starts": today().isoformat(), "ends": today(60).isoformat()}
    assert client.post(url, days | {"picks": [foreign.pk]}).status_code == 422
    client.force_login(make_staff())
    assert client.get(url).status_code == 404


@pytest.mark.parametrize("query", ["need=x", "need=999999", "unit=x", "q=%00", "show=x", "page=x", "q=" + "长" * 90])
def test_a_wrong_filter_of_candidates_is_no_error(client, office, query):
    assert client.get(f"/deployments/{make_need().round_id}/choose/?{query}").status_code == 200


def test_the_office_decides_on_what_it_was_shown(client, office):
    round = make_round(state=RoundState.DRAFT)
    yes, no, unseen = [make_posting(round=round, state=PostingState.PROPOSED) for _number in range(3)]
    url = f"/deployments/{round.pk}/approve/"
    assert client.get(url).status_code == 200
    said = {f"posting-{yes.pk}-decision": "approve", f"posting-{no.pk}-decision": "decline"}
    response = client.post(url, said)
    assert response.status_code == 422
    assert "请填写不同意的原因" in response.content.decode()
    assert client.post(url, said | {f"posting-{no.pk}-reason": "案件未结"}).status_code == 302
    assert {one.pk: one.state for one in round.postings.all()} == {yes.pk: "in_post", unseen.pk: "proposed"}


def test_the_order_is_the_offices_whole_and_a_managers_extract(client, office):
    need = make_need(headcount=9)
    mine, other = make_posting(need=need), make_posting(need=need)
    url = f"/deployments/{need.round_id}/order.docx"

    def rows():
        document = Document(BytesIO(client.get(url).content))
        return "\n".join(cell.text for row in document.tables[0].rows[1:] for cell in row.cells), document

    text, _document = rows()
    assert str(mine.home_unit) in text
    assert str(other.home_unit) in text
    client.force_login(make_manager(mine.home_unit))
    text, document = rows()
    assert str(mine.home_unit) in text
    assert str(other.home_unit) not in text
    assert any("节选" in paragraph.text for paragraph in document.paragraphs)


# --- roster, leave, contacts --------------------------------------------------------------------------------------


def test_the_roster_counts_leave_and_what_hosts_lack(client, office):
    need = make_need(headcount=3)
    make_posting(need=need)
    away = make_posting(need=need)
    make_leave(posting=away, starts=today(), ends=today(1), state=LeaveState.APPROVED)
    empty = make_need(round=need.round, headcount=2)
    context = client.get("/deployments/roster/").context
    assert (context["total"], context["on_duty"], context["away"], context["missing"]) == (2, 1, 1, 3)
    assert {host.unit: host.missing for host in context["short"]} == {str(need.host_unit): 1, str(empty.host_unit): 2}
    assert [row["name"] for row in client.get("/deployments/roster/?state=away").context["object_list"]] == [
        away.member.name
    ]
    home = client.get("/deployments/roster/", {"by": "home", "unit": away.home_unit_id})
    assert home.context["total"] == 1
    assert "上墙名册" in home.content.decode()


def test_the_roster_goes_out_as_it_is_filtered(client, office):
    away = make_posting()
    make_leave(posting=away, starts=today(), ends=today(1), state=LeaveState.APPROVED)
    make_posting()
    answer = client.get("/deployments/roster/?by=home&state=away&format=xlsx")
    sheet = load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    rows = list(sheet.values)
    assert rows[0][0] == "派出单位"
    assert rows[1][0] == str(away.home_unit)
    assert len(rows) == 2


def test_the_board_lists_everybody_of_the_day_on_one_paper(client, office):
    round = make_round()
    for _number in range(3):
        make_posting(round=round)
    page = client.get("/deployments/roster/board/")
    assert page.context["total"] == 3
    assert page.content.decode().count("<tr>") == 3


def test_leave_reaches_those_who_decide_and_is_decided_on_the_list(client):
    posting = make_posting()
    host, office, person = make_manager(posting.host_unit), make_office(), make_user(member=posting.member)
    client.force_login(person)
    for first, last in ((1, 2), (5, 12)):
        leave = {"starts": today(first).isoformat(), "ends": today(last).isoformat(), "reason": "家事"}
        client.post(f"/deployments/postings/{posting.pk}/leave/", leave)
    assert Notification.objects.filter(user=host, key__endswith=":asked").count() == 1
    assert Notification.objects.filter(user=office, key__endswith=":asked").count() == 1
    short = posting.leaves.get(starts=today(1))
    client.force_login(host)
    page = client.get("/deployments/leaves/?state=requested")
    assert page.context["decidable"] == {short.pk}
    sent = {"approve": "yes", "next": "/deployments/leaves/"}
    assert client.post(f"/deployments/leaves/{short.pk}/decide/", sent)["Location"] == "/deployments/leaves/"
    short.refresh_from_db()
    assert short.state == LeaveState.APPROVED
    client.force_login(make_staff())
    assert not client.get("/deployments/leaves/").context["rows"]


def test_a_decision_does_not_lead_out_of_the_portal(client, office):
    leave = make_leave()
    sent = {"approve": "yes", "next": "https://example.org/"}
    assert client.post(f"/deployments/leaves/{leave.pk}/decide/", sent)["Location"].startswith("/deployments/")


def test_the_hosts_contact_and_the_deployed_see_each_others_phone_and_the_look_is_recorded(client):
    officer = make_user(member=make_member(phone="13800001111"))
    need = make_need(contact=officer.member)
    person = make_user(member=make_member(phone="13900002222"))
    posting = make_posting(need=need, member=person.member)
    client.force_login(person)
    page = client.get(f"/deployments/postings/{posting.pk}/").content.decode()
    assert "13800001111" not in page
    assert f"/members/{officer.member.pk}/phone/" in page
    assert "13800001111" in client.post(f"/members/{officer.member.pk}/phone/").content.decode()
    assert AccessEvent.objects.filter(user=person).count() == 1
    client.force_login(officer)
    assert client.get(f"/deployments/postings/{posting.pk}/").status_code == 200
    assert "13900002222" in client.post(f"/members/{person.member.pk}/phone/").content.decode()
    client.force_login(make_staff())
    assert client.post(f"/members/{officer.member.pk}/phone/").status_code == 404
    posting.state = PostingState.COMPLETED
    posting.save()
    client.force_login(person)
    assert client.post(f"/members/{officer.member.pk}/phone/").status_code == 404


def test_what_is_handed_over_is_read_by_the_successor(client, office):
    posting = make_posting()
    successor = make_user(member=make_member())
    sent = {
        "version": f"in_post.{posting.starts:%Y%m%d}.{posting.ends:%Y%m%d}.{posting.host_unit_id}",
        "member": successor.member.employee_number,
        "day": today(2).isoformat(),
        "reason": "轮换",
        "handover": "台账两册",
    }
    url = f"/deployments/postings/{posting.pk}/replace/"
    assert client.post(url, sent | {"handover": ""}).status_code == 422
    assert client.post(url, sent).status_code == 302
    client.force_login(successor)
    page = client.get(f"/deployments/postings/{Posting.objects.get(replaces=posting).pk}/").content.decode()
    assert "台账两册" in page


def test_pages_of_a_round_cost_the_same_at_ten_times_the_people(client, office):
    round = make_round()

    def grow(times):
        for _number in range(times):
            need = make_need(round=round, contact=make_member())
            make_leave(posting=make_posting(need=need), state=LeaveState.APPROVED, starts=today(), ends=today(2))
            make_posting(round=round, state=PostingState.PROPOSED)

    here = f"/deployments/{round.pk}/"
    pages = (here + "choose/?show=all", here + "approve/", here + "needs/", here + "timeline/")
    roster = "/deployments/roster/"
    pages += ("/deployments/leaves/", roster, roster + "?by=home", roster + "board/")
    found = []
    for times in (2, 18):
        grow(times)
        for url in pages:
            client.get(url)
            with CaptureQueriesContext(connection) as asked:
                assert client.get(url).status_code == 200
            found.append(len(asked))
    few, many = found[: len(pages)], found[len(pages) :]
    assert few == many
    assert max(many) <= 20
    assert many[pages.index(roster)] <= 10
