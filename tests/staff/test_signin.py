"""Invitations: a link for a first password, good once, for some days, and until a new one is made."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from staff import invitations
from staff.models import Invitation, User
from staff.notifications import send_waiting
from tests.factories.staff import make_member, make_sysadmin, make_user, today

pytestmark = pytest.mark.django_db

PASSWORD = "wheat-river-74-lantern"
WORDS = {"new_password1": PASSWORD, "new_password2": PASSWORD}


def link_of(member, **options):
    [invited] = invitations.invite(members=[member], **options)
    return invited.link


def path_of(link):
    return "/" + link.split("/", 3)[3]


def test_opening_the_link_sets_the_password_and_leads_on():
    member = make_member(employee_number="KM0051")
    client, url = Client(), path_of(link_of(member))
    assert client.get(url).status_code == client.get(url).status_code == 200
    answer = client.post(url, WORDS)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    member.refresh_from_db()
    assert client.session["_auth_user_id"] == str(member.user_id)
    assert member.user.username == "KM0051" and member.user.check_password(PASSWORD)
    assert client.get("/members/").status_code == 200


def test_a_link_is_good_once():
    url = path_of(link_of(make_member()))
    Client().post(url, WORDS)
    again = Client()
    for answer in (again.get(url), again.post(url, WORDS)):
        assert answer.status_code == 410
        assert "邀请链接已失效" in answer.content.decode()
    assert "_auth_user_id" not in again.session


def test_a_new_link_ends_the_one_before():
    member = make_member()
    first, second = path_of(link_of(member)), path_of(link_of(member))
    assert (Client().get(first).status_code, Client().get(second).status_code) == (410, 200)


def test_a_link_ends_after_its_days(settings):
    url = path_of(link_of(make_member()))
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert Client().post(url, WORDS).status_code == 410


def test_a_link_of_a_closed_account_opens_nothing():
    url = path_of(link_of(make_member()))
    User.objects.update(is_active=False)
    assert Client().post(url, WORDS).status_code == 410


@pytest.mark.parametrize("password", ["short", "1234567890123", "password123456789"])
def test_a_weak_password_spends_nothing(password):
    url = path_of(link_of(make_member()))
    other = "x" if password == "password123456789" else password
    answer = Client().post(url, {"new_password1": password, "new_password2": other})
    assert answer.status_code == 422
    assert Client().get(url).status_code == 200


def test_who_needs_none_gets_none():
    with_password, gone = make_member(), make_member(left_on=today())
    make_user(member=with_password, password=PASSWORD)
    closed = make_member()
    make_user(member=closed, is_active=False)
    taken = make_member(employee_number="KM0060")
    make_user(username="km0060")
    assert invitations.invite(members=[with_password, gone, closed, taken]) == []


def test_the_link_itself_is_not_kept():
    link = link_of(make_member())
    assert Invitation.objects.get().digest not in link
    assert link.split("/")[-2] not in str(list(Invitation.objects.values()))


def test_by_mail_the_link_goes_to_the_address_alone(django_capture_on_commit_callbacks):
    member = make_member()
    make_user(member=member, email="li@bureau.example")
    with django_capture_on_commit_callbacks(execute=True):
        assert link_of(member, mail=True) == ""
    send_waiting.func()
    [sent] = mail.outbox
    assert sent.to == ["li@bureau.example"]
    url = path_of(next(line for line in sent.body.splitlines() if line.startswith("http")))
    assert Client().post(url, WORDS).status_code == 302


def test_the_administrator_invites_a_unit_and_prints_the_list():
    member = make_member(name="段立本")
    client = Client()
    client.force_login(make_sysadmin())
    page = client.post("/admin/invitations/", {"unit": member.unit_id, "how": "page"})
    assert page.status_code == 200 and "段立本" in page.content.decode() and "<svg" in page.content.decode()
    word = client.post("/admin/invitations/", {"member": member.pk, "how": "word"})
    assert word["Content-Disposition"].startswith("attachment")
    nobody = client.post("/admin/invitations/", {"how": "page"})
    assert "请选择一名人员，或一个单位。" in nobody.content.decode()


def test_the_command_prints_a_link():
    make_member(employee_number="KM0077", name="李明")
    out = StringIO()
    call_command("invite", "--member", "km0077", stdout=out)
    assert out.getvalue().startswith("KM0077\t李明\thttp")
    with pytest.raises(CommandError):
        call_command("invite", "--unit", "无此单位")
