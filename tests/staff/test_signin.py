"""Invitations: a link for a first password, good once, for some days, and until a new one is made."""

import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from wagtail.models import ModelLogEntry

from portal.logs import Formatter
from staff import invitations
from staff.choices import PostKind
from staff.models import Invitation, Post, User
from staff.notifications import send_waiting
from tests.factories.staff import (
    make_auditor,
    make_manager,
    make_member,
    make_office,
    make_organisation,
    make_partner,
    make_secretary,
    make_staff,
    make_sysadmin,
    make_user,
    today,
)

pytestmark = pytest.mark.django_db

PASSWORD = "wheat-river-74-lantern"
LINK = re.compile(r"http[^<\s]*/invitations/[\w-]+/")
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
    assert page.status_code == 200 and "段立本" in page.content.decode()
    assert "no-store" in page["Cache-Control"] and "public" not in page["Cache-Control"]
    assert 'class="invitation-code"' in page.content.decode()
    word = client.post("/admin/invitations/", {"member": member.pk, "how": "word"})
    assert word["Content-Disposition"].startswith("attachment")
    nobody = client.post("/admin/invitations/", {"how": "page"})
    assert "请选择一名人员，或一个单位。" in nobody.content.decode()


def test_a_secretary_without_an_account_has_their_groups_with_it_and_many_cost_little_more_than_one(
    django_assert_max_num_queries,
):
    organisation, day = make_organisation(), today()
    members = [make_member() for _number in range(10)]
    Post.objects.create(member=members[0], organisation=organisation, kind=PostKind.SECRETARY, starts=day)
    with django_assert_max_num_queries(30 + 10 * 12):
        assert len(invitations.invite(members=members)) == 10
    organisation.refresh_from_db()
    assert list(User.objects.filter(groups=organisation.group)) == [User.objects.get(member=members[0])]


def test_whoever_has_no_password_is_invited_from_their_page_in_one_step(client):
    member = make_member(name="段立本", employee_number="KM0061")
    for inviter, before in ((make_office(), "尚未开通账号"), (make_sysadmin(), "已邀请")):
        client.force_login(inviter)
        page = client.get(member.get_absolute_url()).content.decode()
        assert before in page and "csrfmiddlewaretoken" in page.partition(f"/members/{member.pk}/invite/")[2][:200]
        sheet = client.post(f"/members/{member.pk}/invite/").content.decode()
        url = path_of(LINK.search(sheet)[0])
        page = client.get(member.get_absolute_url()).content.decode()
        assert "已邀请" in page and str(inviter) in page and url not in page
    assert Client().post(url, WORDS).status_code == 302
    assert "已开通" in client.get(member.get_absolute_url()).content.decode()
    answer = client.post(f"/members/{member.pk}/invite/", follow=True)
    assert "没有需要邀请的人" in answer.content.decode()


@pytest.mark.parametrize("make", [make_staff, make_secretary, make_manager, make_auditor, make_partner])
def test_nobody_else_invites(client, make):
    member, user = make_member(), make()
    [invited] = invitations.invite(members=[make_member()])
    client.force_login(user)
    assert client.post(f"/members/{member.pk}/invite/").status_code == 404
    assert client.post("/admin/invitations/", {"revoke": invited.user.invitation.pk}).status_code in (302, 404)
    if make is not make_partner:
        assert "/admin/invitations/" not in client.get("/members/").content.decode()
        assert f"/members/{member.pk}/invite/" not in client.get(member.get_absolute_url()).content.decode()
    assert Invitation.objects.count() == 1 and not User.objects.filter(username=member.employee_number).exists()


def test_an_invitation_is_taken_back_from_the_page_and_from_the_list(client):
    member = make_member()
    client.force_login(make_office())
    url = path_of(link_of(member))
    client.post(f"/members/{member.pk}/invite/", {"revoke": "1"})
    assert (Client().get(url).status_code, Client().post(url, WORDS).status_code) == (410, 410)
    url = path_of(link_of(member))
    answer = client.post("/admin/invitations/", {"revoke": Invitation.objects.get().pk}, follow=True)
    assert "邀请已撤销" in answer.content.decode() and Client().get(url).status_code == 410
    done = list(ModelLogEntry.objects.order_by("pk").values_list("action", flat=True))
    assert done == ["staff.account.invite", "staff.account.revoke"] * 2


def test_an_accepted_invitation_is_not_taken_back():
    member = make_member()
    Client().post(path_of(link_of(member)), WORDS)
    assert invitations.revoke(invitation=Invitation.objects.get(), by=make_office()) is False
    member.refresh_from_db()
    assert member.user.has_usable_password() and Invitation.objects.accepted().exists()


def test_the_list_tells_who_was_invited_when_by_whom_until_when_and_what_came_of_it(client):
    office = make_office(name="杨党办")
    waiting, late, done = (make_member(name=name) for name in ("赵待开", "钱过期", "孙开通"))
    links = [path_of(link_of(member, by=office)) for member in (waiting, late, done)]
    Invitation.objects.filter(user__member=late).update(expires_at=timezone.now() - timedelta(seconds=1))
    Client().post(links[2], WORDS)
    client.force_login(office)
    for state, name in (("", "赵待开"), ("expired", "钱过期"), ("accepted", "孙开通")):
        page = client.get("/admin/invitations/", {"state": state}).content.decode()
        assert [one for one in ("赵待开", "钱过期", "孙开通") if one in page] == [name]
        assert "杨党办" in page and f"{timezone.localdate():%Y-%m-%d}" in page
    assert not any(link in page for link in links)
    assert client.get("/admin/invitations/?state=x&page=99").status_code == 200


def test_an_invitation_is_sent_again_as_it_was_sent(client, django_capture_on_commit_callbacks):
    member = make_member()
    make_user(member=member, email="li@bureau.example")
    client.force_login(make_sysadmin())
    first = path_of(link_of(member))
    row = Invitation.objects.get()
    sheet = client.post("/admin/invitations/", {"again": row.pk}).content.decode()
    second = path_of(LINK.search(sheet)[0])
    assert (Client().get(first).status_code, Client().get(second).status_code) == (410, 200)
    link_of(member, mail=True)
    answer = client.post("/admin/invitations/", {"again": row.pk}, follow=True)
    assert "已向 1 人发出邮件" in answer.content.decode()
    for wrong in ("0", "x", "²", "9" * 30):
        assert client.post("/admin/invitations/", {"again": wrong}).status_code == 404


def test_a_link_handed_over_since_is_not_replaced_by_the_mail_under_way():
    member = make_member()
    make_user(member=member, email="li@bureau.example")
    link_of(member, mail=True)
    url = path_of(link_of(member))
    send_waiting.func()
    assert mail.outbox == [] and Client().get(url).status_code == 200


def test_the_register_of_accounts_invites_in_one_step_members_or_not(client):
    client.force_login(make_sysadmin())
    outsider = make_user(username="guest", member=None)
    outsider.set_unusable_password()
    outsider.save()
    page = client.get("/admin/users/").content.decode()
    assert f'name="account" value="{outsider.pk}"' in page and "csrfmiddlewaretoken" in page
    sheet = client.post("/admin/invitations/", {"account": outsider.pk}).content.decode()
    assert Client().post(path_of(LINK.search(sheet)[0]), WORDS).status_code == 302
    page = client.get("/admin/users/").content.decode()
    assert f'name="account" value="{outsider.pk}"' not in page


def test_no_key_stands_in_a_log_and_no_page_is_told_it(caplog, settings):
    """A weak password, a form without its token and a spent link are answers that the framework logs by path."""
    url = path_of(link_of(make_member()))
    strict = Client(enforce_csrf_checks=True)
    assert strict.get(url)["Referrer-Policy"] == "strict-origin"
    assert strict.post(url, WORDS).status_code == 403
    assert Client().post(url, {"new_password1": "a", "new_password2": "b"}).status_code == 422
    Client().post(url, WORDS)
    assert Client().get(url).status_code == 410
    token, lines = url.split("/")[-2], [Formatter().format(record) for record in caplog.records]
    assert any(token in record.getMessage() for record in caplog.records)
    assert any("/invitations/…/" in line for line in lines) and not any(token in line for line in lines)
    assert settings.LOGGING["formatters"]["line"]["()"] == "portal.logs.Formatter"


def test_the_command_prints_a_link():
    make_member(employee_number="KM0077", name="李明")
    out = StringIO()
    call_command("invite", "--member", "km0077", stdout=out)
    assert out.getvalue().startswith("KM0077\t李明\thttp")
    with pytest.raises(CommandError):
        call_command("invite", "--unit", "无此单位")
