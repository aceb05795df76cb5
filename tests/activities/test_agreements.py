"""Joint agreements: their state on a day, who sees and keeps them, and changes told apart by version."""

from datetime import timedelta

import pytest
from dateutil.relativedelta import relativedelta
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from activities import agreements
from activities.agreements import AgreementState
from activities.choices import ItemState
from activities.models import AgreementItem, JointAgreement
from tests.factories import activities as made
from tests.factories import staff as make

pytestmark = pytest.mark.django_db

LIST = reverse("activities:agreements")


def url(name, *args):
    """An address of agreements."""
    return reverse(f"activities:{name}", args=args)


@pytest.mark.parametrize(
    ("starts", "ends", "held", "state"),
    [
        (-100, 365, -10, AgreementState.IN_FORCE),
        (-10, 365, None, AgreementState.IN_FORCE),
        (-10, None, None, AgreementState.IN_FORCE),
        (-400, 30, -10, AgreementState.ENDING),
        (-400, 30, None, AgreementState.ENDING),
        (-400, 365, None, AgreementState.DORMANT),
        (-400, None, -200, AgreementState.DORMANT),
        (-400, -1, -10, AgreementState.ENDED),
        (10, 365, None, AgreementState.AHEAD),
    ],
)
def test_the_state_is_said_alike_by_page_and_filter(starts, ends, held, state):
    """Each agreement is found under its state and no other."""
    day = timezone.localdate()
    agreement = made.make_agreement(
        starts=day + timedelta(days=starts), ends=None if ends is None else day + timedelta(days=ends)
    )
    if held is not None:
        made.make_activity(agreement=agreement, starts=timezone.now() + timedelta(days=held))
    rows = agreements.with_last_activity(JointAgreement.objects.all())
    assert agreements.state_of(rows.get(), day) == state
    assert [choice for choice in AgreementState if agreements.in_state(rows, choice, day).exists()] == [state]


def test_the_last_day_of_three_months_still_counts():
    """Ending begins exactly three months ahead."""
    day = timezone.localdate()
    made.make_agreement(starts=day, ends=day + relativedelta(months=3))
    row = agreements.with_last_activity(JointAgreement.objects.all()).get()
    assert agreements.state_of(row, day) == AgreementState.ENDING


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
    assert agreement.title not in client.get(LIST).content.decode()


def test_who_keeps_them(client):
    """The secretary of the lead and the office; a partner and a secretary elsewhere do not."""
    agreement = made.make_agreement()
    item = made.make_item(agreement=agreement)
    pages = [
        url("agreement_edit", agreement.pk),
        url("agreement_item_add", agreement.pk),
        url("agreement_item_edit", agreement.pk, item.pk),
    ]
    for user in (make.make_secretary(agreement.lead), make.make_office()):
        client.force_login(user)
        assert [client.get(page).status_code for page in [*pages, url("agreement_add")]] == [200] * 4
    partner = make.make_partner(agreement.parties.get(external=True))
    for user in (make.make_staff(), make.make_secretary(), make.make_manager(), partner):
        client.force_login(user)
        assert [client.get(page).status_code for page in pages] == [404] * 3
    assert client.get(url("agreement_add")).status_code == 404


def test_a_secretary_logs_an_agreement_and_its_projects(client):
    """By the forms; each change is in the log."""
    branch, partner = make.make_organisation(), make.make_partner_organisation()
    client.force_login(make.make_secretary(branch))
    data = {"title": "与社区共建协议", "lead": branch.pk, "partners": [partner.pk], "starts": "2026年11月1日"}
    client.post(url("agreement_add"), data)
    agreement = JointAgreement.objects.get()
    assert set(agreement.parties.all()) == {branch, partner}
    item = {"list": "project", "title": "联合普法", "state": "open", "seen": agreement.version}
    assert client.post(url("agreement_item_add", agreement.pk), item).status_code == 302
    row = AgreementItem.objects.get()
    agreement.refresh_from_db()
    item |= {"state": "done", "result": "已办两场", "seen": agreement.version}
    client.post(url("agreement_item_edit", agreement.pk, row.pk), item)
    row.refresh_from_db()
    assert row.state == ItemState.DONE
    assert "1 / 1" in client.get(agreement.get_absolute_url()).content.decode()
    actions = ModelLogEntry.objects.filter(content_type__model="jointagreement").order_by("pk")
    assert [entry.action for entry in actions] == [
        "activities.agreement.add", "activities.agreement.item", "activities.agreement.item",
    ]  # fmt: skip


def test_a_stale_form_keeps_what_was_typed(client):
    """The second of two is told."""
    agreement = made.make_agreement()
    client.force_login(make.make_secretary(agreement.lead))
    partners = [party.pk for party in agreement.parties.filter(external=True)]
    data = {"lead": agreement.lead_id, "partners": partners, "starts": "2026-01-01", "seen": agreement.version}
    assert client.post(url("agreement_edit", agreement.pk), data | {"title": "第一稿"}).status_code == 302
    response = client.post(url("agreement_edit", agreement.pk), data | {"title": "第二稿"})
    assert response.status_code == 422
    assert "第二稿" in response.content.decode()
    assert "他人刚刚修改过" in response.content.decode()
    agreement.refresh_from_db()
    assert agreement.title == "第一稿"


def test_an_agreement_ends_after_it_starts(client):
    """The message stands at the field."""
    agreement = made.make_agreement()
    client.force_login(make.make_office())
    partners = [party.pk for party in agreement.parties.filter(external=True)]
    data = {"title": "反了", "lead": agreement.lead_id, "partners": partners, "starts": "2026-05-01"}
    response = client.post(
        url("agreement_edit", agreement.pk), data | {"ends": "2026-04-01", "seen": agreement.version}
    )
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


def test_pages_cost_the_same_queries_with_ten_times_the_data(client):
    """The list and one agreement."""
    agreement = made.make_agreement()
    client.force_login(make.make_secretary(agreement.lead))

    def add(number):
        for _n in range(number):
            made.make_agreement()
            made.make_item(agreement=agreement)
            made.make_activity(agreement=agreement)

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
