"""Joint agreements: where they stand on a day, who sees and keeps them, signing, and changes told apart by version."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from docx import Document
from openpyxl import load_workbook
from wagtail.models import ModelLogEntry

from activities import agreement_reminders, agreements
from activities.agreements import AgreementState
from activities.choices import ItemList
from activities.models import AgreementItem, AgreementRule, JointAgreement
from activities.models.agreements import TEXT_LENGTH
from staff.models import Notification
from tests.factories import activities as made
from tests.factories import staff as make

pytestmark = pytest.mark.django_db

LIST = reverse("activities:agreements")
TEXTS = ("principles", "goals", "measures", "safeguards")


def url(name, *args):
    """An address of agreements."""
    return reverse(f"activities:{name}", args=args)


def stands(day=None):
    """Where the one agreement stands."""
    day = day or timezone.localdate()
    row = agreements.with_last_activity(JointAgreement.objects.all()).get()
    facts = {name: getattr(row, name) for name in ("signed_on", "starts", "ends", "last_activity")}
    return agreements.standing(**facts, day=day, rule=agreements.rule())


@pytest.mark.parametrize(
    ("starts", "ends", "held", "state", "ending", "dormant"),
    [
        (-100, 365, -10, AgreementState.IN_FORCE, False, False),
        (-10, 365, None, AgreementState.IN_FORCE, False, False),
        (-10, None, None, AgreementState.IN_FORCE, False, False),
        (-400, 30, -10, AgreementState.IN_FORCE, True, False),
        (-400, 30, None, AgreementState.IN_FORCE, True, True),
        (-400, 365, None, AgreementState.IN_FORCE, False, True),
        (-400, None, -200, AgreementState.IN_FORCE, False, True),
        (-400, -1, -10, AgreementState.ENDED, False, False),
        (10, 30, None, AgreementState.AHEAD, False, False),
    ],
)
def test_where_it_stands_is_said_alike_by_page_and_filter(starts, ends, held, state, ending, dormant):
    """Each agreement is found under its state and no other, and among those that end or lie dormant if it does."""
    day, rule = timezone.localdate(), agreements.rule()
    agreement = made.make_agreement(
        starts=day + timedelta(days=starts), ends=None if ends is None else day + timedelta(days=ends)
    )
    if held is not None:
        made.make_activity(agreement=agreement, starts=timezone.now() + timedelta(days=held))
    assert stands() == agreements.Standing(state, ending, dormant)
    rows = agreements.with_last_activity(JointAgreement.objects.all())
    assert [choice for choice in AgreementState if agreements.in_state(rows, choice, day).exists()] == [state]
    assert agreements.ending(rows, day, rule).exists() is ending
    assert agreements.dormant(rows, day, rule).exists() is dormant


def test_what_nobody_signed_is_not_in_force():
    day = timezone.localdate()
    made.make_agreement(starts=day - timedelta(days=400), ends=day + timedelta(days=5), signed_on=None)
    assert stands() == agreements.Standing(AgreementState.UNSIGNED)
    assert agreements.in_state(JointAgreement.objects.all(), AgreementState.UNSIGNED, day).exists()


def test_the_numbers_are_the_offices():
    """Sixty days ahead and three months without an activity, unless the office says otherwise."""
    day = timezone.localdate()
    AgreementRule.objects.all().delete()
    made.make_agreement(starts=day - timedelta(days=80), ends=day + timedelta(days=60))
    assert stands() == agreements.Standing(AgreementState.IN_FORCE, ending=True)
    AgreementRule.objects.create(pk=1, dormant_months=2, ending_days=30)
    assert stands() == agreements.Standing(AgreementState.IN_FORCE, dormant=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        AgreementRule.objects.create(pk=2)


def test_a_cancelled_activity_wakes_nothing():
    day = timezone.localdate()
    agreement = made.make_agreement(starts=day - timedelta(days=400), ends=None)
    made.make_activity(agreement=agreement, starts=timezone.now() - timedelta(days=3), state="cancelled")
    assert stands().dormant


def test_who_sees_what(client):
    """The bureau all, a partner its own, the signed-out sign-in."""
    agreement = made.make_agreement()
    partner = make.make_partner(agreement.parties.get(external=True))
    pages = [LIST, agreement.get_absolute_url()]
    for page in pages:
        assert client.get(page).status_code == 302
    for user in (make.make_staff(), make.make_secretary(), make.make_manager(), make.make_office(), partner):
        client.force_login(user)
        assert [client.get(page).status_code for page in pages] == [200, 200]
    client.force_login(make.make_partner())
    assert [client.get(page).status_code for page in pages] == [200, 404]
    listed = client.get(LIST).content.decode()
    assert agreement.title not in listed
    assert agreement.lead.name not in listed


def test_who_keeps_them(client):
    """The secretary of the lead and the office; a partner and a secretary elsewhere do not."""
    agreement = made.make_agreement()
    item = made.make_item(agreement=agreement)
    pages = [
        url("agreement_edit", agreement.pk),
        url("agreement_sides", agreement.pk),
        url("agreement_item_add", agreement.pk),
        url("agreement_item_edit", agreement.pk, item.pk),
        url("agreement_item_report", agreement.pk, item.pk),
    ]
    for user in (make.make_secretary(agreement.lead), make.make_office()):
        client.force_login(user)
        assert [client.get(page).status_code for page in [*pages, url("agreement_add")]] == [200] * 6
    partner = make.make_partner(agreement.parties.get(external=True))
    for user in (make.make_staff(), make.make_secretary(), make.make_manager(), partner):
        client.force_login(user)
        assert [client.get(page).status_code for page in pages] == [404] * 5
    assert client.get(url("agreement_add")).status_code == 404


def filled(agreement, **fields):
    """What the form of an agreement sends."""
    partners = [party.pk for party in agreement.parties.filter(external=True)]
    facts = {"title": agreement.title, "lead": agreement.lead_id, "starts": agreement.starts, "ends": agreement.ends}
    return facts | {"partners": partners, "seen": agreement.version} | fields


def test_a_secretary_logs_an_agreement(client):
    """By the form; it waits to be signed, and the log says who did it."""
    branch, partner = make.make_organisation(), make.make_partner_organisation()
    client.force_login(make.make_secretary(branch))
    data = {"title": "与社区共建协议", "lead": branch.pk, "partners": [partner.pk], "starts": "2026年11月1日"}
    for _twice in range(2):
        assert client.post(url("agreement_add"), data).status_code == 302
    agreement = JointAgreement.objects.get()
    assert set(agreement.parties.all()) == {branch, partner}
    assert agreement.signed_on is None
    assert [entry.action for entry in ModelLogEntry.objects.all()] == ["activities.agreement.add"]


@pytest.mark.parametrize("name", TEXTS)
def test_a_long_text_is_kept_whole_and_a_longer_one_comes_back(client, name):
    """Twenty thousand characters are stored; one more is refused, and nothing typed is lost."""
    agreement = made.make_agreement()
    client.force_login(make.make_secretary(agreement.lead))
    long = "共建" * (TEXT_LENGTH // 2)
    others = {other: f"{other}的内容" for other in TEXTS if other != name}
    refused = client.post(url("agreement_edit", agreement.pk), filled(agreement, **others, **{name: f"{long}尾"}))
    assert refused.status_code == 422
    page = refused.content.decode()
    assert f"{long}尾" in page
    assert all(text in page for text in others.values())
    assert client.post(url("agreement_edit", agreement.pk), filled(agreement, **{name: long})).status_code == 302
    agreement.refresh_from_db()
    assert getattr(agreement, name) == long


def test_the_second_of_two_sees_what_the_first_wrote_and_may_then_save(client):
    """Nobody overwrites unseen: what stands there now is shown beside what was typed."""
    agreement = made.make_agreement()
    client.force_login(make.make_secretary(agreement.lead))
    address = url("agreement_edit", agreement.pk)
    assert client.post(address, filled(agreement, title="第一稿")).status_code == 302
    response = client.post(address, filled(agreement, title="第二稿"))
    assert response.status_code == 422
    page = response.content.decode()
    assert "第二稿" in page and "第一稿" in page
    assert "他人刚刚修改过" in page
    agreement.refresh_from_db()
    assert agreement.title == "第一稿"
    again = filled(agreement, title="第二稿", seen=response.context["form"]["seen"].value())
    assert client.post(address, again).status_code == 302
    agreement.refresh_from_db()
    assert agreement.title == "第二稿"


def test_an_agreement_ends_after_it_starts(client):
    """The message stands at the field."""
    agreement = made.make_agreement()
    client.force_login(make.make_office())
    data = filled(agreement, starts="2026-05-01", ends="2026-04-01")
    response = client.post(url("agreement_edit", agreement.pk), data)
    assert response.status_code == 422
    assert "ends" in response.context["form"].errors


def test_nobody_leads_one_for_an_organisation_that_is_not_theirs():
    """A secretary elsewhere is refused, a version that is not the latest too."""
    agreement, stranger = made.make_agreement(), make.make_secretary()
    fields = {"title": "替别人签", "lead": agreement.lead, "starts": agreement.starts}
    with pytest.raises(PermissionDenied):
        agreements.add(by=stranger, partners=[], **fields)
    with pytest.raises(PermissionDenied):
        agreements.change(agreement=agreement, seen=agreement.version, by=stranger, partners=[], **fields)
    with pytest.raises(ValidationError):
        agreements.change(agreement=agreement, seen=99, by=make.make_office(), partners=[], **fields)


def test_a_party_with_items_stays_a_party():
    agreement = made.make_agreement()
    partner = agreement.parties.get(external=True)
    made.make_item(agreement=agreement, party=partner)
    with pytest.raises(ValidationError) as refused:
        agreements.change(agreement=agreement, seen=1, by=make.make_office(), partners=[])
    assert "partners" in refused.value.error_dict
    assert partner in agreement.parties.all()


def sign(agreement, **fields):
    """Every side signs today."""
    pks = list(agreement.sides.values_list("pk", flat=True))
    facts = {
        "agreement": agreement,
        "seen": agreement.version,
        "by": make.make_office(),
        "contacts": dict.fromkeys(pks, (None, "", "")),
        "signatories": {pk: f"签字人{pk}" for pk in pks},
        "signed_on": timezone.localdate(),
        **fields,
    }
    return agreements.save_sides(**facts)


def test_all_parties_sign_on_a_day_and_sign_again_when_the_words_change():
    agreement = made.make_agreement(signed_on=None)
    first = agreement.sides.first().pk
    with pytest.raises(ValidationError) as refused:
        sign(agreement, signatories={first: "段立本"})
    assert first not in {int(name.removeprefix("signatory_")) for name in refused.value.error_dict}
    with pytest.raises(ValidationError):
        sign(agreement, signed_on=timezone.localdate() + timedelta(days=1))
    agreement = sign(agreement)
    assert agreement.signed_on == timezone.localdate()
    partners = list(agreement.parties.filter(external=True))
    agreement = agreements.change(
        agreement=agreement, seen=agreement.version, by=make.make_office(), partners=partners, goals="新的目标"
    )
    assert agreement.signed_on is None
    assert set(agreement.sides.values_list("signatory", flat=True)) == {""}


def test_contacts_are_kept_by_side_and_phones_masked(client):
    """A partner's contact has name and phone; who keeps the agreement sees it whole, others masked."""
    agreement = made.make_agreement()
    outside = agreement.sides.get(partyorganisation__external=True)
    inside = agreement.sides.get(partyorganisation__external=False)
    member = make.make_member(branch=agreement.lead)
    client.force_login(make.make_secretary(agreement.lead))
    data = {
        "seen": agreement.version,
        f"name_{outside.pk}": "王建国",
        f"phone_{outside.pk}": "13800001234",
        f"contact_{inside.pk}": member.employee_number,
    }
    assert client.post(url("agreement_sides", agreement.pk), data).status_code == 302
    page = client.get(agreement.get_absolute_url()).content.decode()
    assert "13800001234" in page and member.name in page
    client.force_login(make.make_staff())
    page = client.get(agreement.get_absolute_url()).content.decode()
    assert "王建国" in page and "13800001234" not in page


def test_the_list_filters(client):
    """By state, party, unit, dormant and ending; a wrong value is named and shows all."""
    day = timezone.localdate()
    resting = made.make_agreement(title="沉寂协议", starts=day - timedelta(days=300), ends=None)
    ending = made.make_agreement(title="到期协议", starts=day - timedelta(days=30), ends=day + timedelta(days=9))
    client.force_login(make.make_office())

    def found(**query):
        return [row["title"] for row in client.get(LIST, query).context["rows"]]

    assert found(dormant="on") == [resting.title]
    assert found(ending="on") == [ending.title]
    assert set(found(state="in_force")) == {resting.title, ending.title}
    assert found(state="ended") == []
    assert found(party=ending.parties.get(external=True).pk) == [ending.title]
    assert found(unit=resting.lead.unit_id) == [resting.title]
    assert found(q="沉寂") == [resting.title]
    assert len(found(party="x", state="y")) == 2


def test_the_workbook_holds_what_the_list_shows(client):
    agreement = made.make_agreement(title="=危险")
    made.make_item(agreement=agreement, list=ItemList.NEED)
    client.force_login(make.make_office())
    answer = client.get(LIST, {"format": "xlsx"})
    rows = list(load_workbook(BytesIO(b"".join(answer.streaming_content))).active.values)
    assert rows[1][0] == "'=危险"
    assert rows[1][8] == 1
    client.force_login(make.make_partner(agreement.parties.get(external=True)))
    assert client.get(LIST, {"format": "xlsx"}).status_code == 404


def test_the_word_file_holds_the_agreement(client):
    """Parties, texts, the three lists with their matches, and places to sign."""
    agreement = made.make_agreement(goals="办好三件实事")
    partner = agreement.parties.get(external=True)
    need = made.make_item(agreement=agreement, list=ItemList.NEED, title="需要宣讲", party=partner)
    offer = made.make_item(agreement=agreement, list=ItemList.RESOURCE, title="宣讲员六名", party=agreement.lead)
    offer.meets.add(need)
    client.force_login(make.make_partner(partner))
    answer = client.get(url("agreement_word", agreement.pk))
    document = Document(BytesIO(answer.content))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert agreement.title in text and partner.name in text and "办好三件实事" in text
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert cells.count("需要宣讲") == 2 and cells.count("宣讲员六名") == 2


def test_the_leads_secretary_is_told_once(client):
    """Of what ends soon and what lies dormant; an item's owner of what is overdue."""
    day = timezone.localdate()
    branch = make.make_organisation()
    secretary, owner = make.make_secretary(branch), make.make_staff()
    agreement = made.make_agreement(lead=branch, starts=day - timedelta(days=300), ends=day + timedelta(days=20))
    made.make_item(agreement=agreement, owner=owner.member, due=day - timedelta(days=1))
    made.make_agreement(starts=day - timedelta(days=300), ends=day - timedelta(days=20))
    for _turn in range(2):
        agreement_reminders.due(timezone.now())
    assert Notification.objects.filter(user=secretary).count() == 2
    assert Notification.objects.filter(user=owner).count() == 1
    assert Notification.objects.count() == 3
    with CaptureQueriesContext(connection) as queries:
        agreement_reminders.due(timezone.now())
    assert len(queries) <= 5


def test_pages_cost_the_same_queries_with_ten_times_the_data(client):
    """The list and one agreement."""
    agreement = made.make_agreement()
    client.force_login(make.make_office())

    def add(number):
        for _n in range(number):
            made.make_agreement()
            need = made.make_item(agreement=agreement, list=ItemList.NEED, party=agreement.lead)
            project = made.make_item(agreement=agreement)
            project.meets.add(need)
            made.make_activity(agreement=agreement, project=project)

    def count(page):
        client.get(page)
        with CaptureQueriesContext(connection) as queries:
            client.get(page)
        return len(queries)

    add(1)
    pages = [LIST, agreement.get_absolute_url()]
    before = [count(page) for page in pages]
    add(10)
    assert [count(page) for page in pages] == before
    assert max(before) <= 20, before
    assert AgreementItem.objects.count() == 22
