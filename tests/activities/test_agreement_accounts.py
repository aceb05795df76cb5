"""A partner's account: opened from the agreement's page, and all that it finds in the portal."""

import re

import pytest
from django.urls import reverse

from staff.access import roles
from staff.models import User
from tests.factories import activities as made
from tests.factories import staff as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def agreement():
    """An agreement with one partner."""
    return made.make_agreement()


def address(agreement, party=None, **more):
    """Where an account is opened."""
    party = party or agreement.parties.get(external=True)
    return reverse("activities:agreement_account", args=[agreement.pk, party.pk])


def test_the_office_opens_an_account_and_hands_on_where_its_password_is_set(agreement, client):
    client.force_login(make.make_office())
    page = client.post(address(agreement), {"username": "taihe"})
    user = User.objects.get(username="taihe")
    assert roles(user).is_partner
    link = page.context["address"]
    assert link in page.content.decode()
    client.logout()
    form = client.get(link, follow=True)
    sent = form.redirect_chain[-1][0]
    word = "chu-ye-lian-dong-2026"
    assert client.post(sent, {"password1": word, "password2": word}).status_code == 302
    user.refresh_from_db()
    assert user.check_password(word)
    # Used once: the address opens no second form.
    assert client.get(link, follow=True).context.get("token_fail")


def test_what_is_wrong_is_said_with_what_was_typed(agreement, client):
    client.force_login(make.make_office())
    taken = make.make_staff()
    page = client.post(address(agreement), {"username": taken.username})
    assert page.status_code == 422
    assert taken.username in page.content.decode()
    assert client.get(address(agreement, agreement.lead)).status_code == 404


def test_the_office_sees_accounts_on_the_page_and_shuts_them(agreement, client):
    party = agreement.parties.get(external=True)
    user = make.make_partner(party)
    client.force_login(make.make_secretary(agreement.lead))
    assert user.username not in client.get(agreement.get_absolute_url()).content.decode()
    client.force_login(make.make_office())
    assert user.username in client.get(agreement.get_absolute_url()).content.decode()
    grant = user.grants.get()
    client.post(reverse("activities:agreement_account_close", args=[agreement.pk, party.pk, grant.pk]))
    client.force_login(user)
    assert client.get(agreement.get_absolute_url()).status_code == 404


def test_a_partner_finds_its_agreements_their_activities_and_nothing_else(agreement, client):
    party = agreement.parties.get(external=True)
    mine = made.make_activity(agreement.lead, agreement=agreement, expected=[make.make_member(branch=agreement.lead)])
    other = made.make_activity(agreement.lead)
    draft = made.make_activity(agreement.lead, agreement=agreement, state="draft")
    client.force_login(make.make_partner(party))
    page = client.get(agreement.get_absolute_url()).content.decode()
    assert mine.get_absolute_url() in page
    assert client.get(mine.get_absolute_url()).status_code == 200
    assert client.get(other.get_absolute_url()).status_code == 404
    assert client.get(draft.get_absolute_url()).status_code == 404
    listed = client.get(reverse("activities:list")).content.decode()
    assert mine.title in listed and other.title not in listed
    assert mine.get_absolute_url() in listed


def test_no_name_of_the_bureaus_people_is_on_a_partners_page_of_an_activity(agreement, client):
    member = make.make_member(branch=agreement.lead, name="欧阳明月")
    activity = made.make_activity(agreement.lead, agreement=agreement, expected=[member])
    client.force_login(make.make_partner(agreement.parties.get(external=True)))
    assert "欧阳明月" not in client.get(activity.get_absolute_url()).content.decode()


def test_a_partners_menu_leads_nowhere_that_does_not_open(agreement, client):
    client.force_login(make.make_partner(agreement.parties.get(external=True)))
    frame = client.get(agreement.get_absolute_url()).context["frame"]
    entries = re.findall(r'<a [^>]*href="([^"]+)"', f"{frame.places}{frame.menu}{frame.directory}")
    answers = {url: client.get(url, follow=True) for url in entries}
    labels = {url: answer.status_code for url, answer in answers.items()}
    assert not [url for url, answer in answers.items() if "login" in answer.request["PATH_INFO"]]
    assert set(labels.values()) == {200}, labels
    assert reverse("activities:agreements") in labels
