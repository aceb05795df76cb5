"""Mail is wholly in the language of its reader, whoever caused it; what people wrote stands as it is."""

import re
from datetime import timedelta

import pytest
from allauth.core import context
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy

from home import digest
from home.announcing import published
from staff import channels, invitations
from staff.choices import AssignmentRole, Channel, NotificationKind
from staff.models import Delivery, Preference, Robot
from staff.notifications import notify, worded
from staff.signin import AccountAdapter
from tests.factories.home import make_notice
from tests.factories.staff import make_user, today

pytestmark = pytest.mark.django_db

HAN = re.compile("[\u3400-\u9fff]")
ADDRESS = "wang@example.com"
# What is the same in both languages: addresses, account names.
NAMES = re.compile(rf"https?://\S+|{ADDRESS}|127\.0\.0\.1")


@pytest.fixture(params=["zh-hans", "en"])
def reader(request):
    """An account whose owner reads that language."""
    user = make_user(username="0007", email=ADDRESS)
    user.set_password("einst-geheim-9")
    user.save()
    Preference.objects.create(user=user, language=request.param)
    return user


def wholly_in(language, mail):
    """Whether each line with words is in that language."""
    lines = NAMES.sub("", f"{mail.subject}\n{mail.body}").splitlines()
    lines = [line for line in lines if re.search(r"[^\W\d]", line)]
    assert len(lines) > 1
    return all(bool(HAN.search(line)) == (language != "en") for line in lines)


@pytest.mark.parametrize("seen", ["zh-hans", "en"])
def test_mail_about_an_account_is_in_the_language_of_its_owner(client, reader, seen, mailoutbox):
    client.cookies["django_language"] = seen
    client.post("/accounts/password/reset/", {"email": ADDRESS})
    client.force_login(reader)
    words = {"oldpassword": "einst-geheim-9", "password1": "nun-anders-99", "password2": "nun-anders-99"}
    client.post("/accounts/password/change/", words)
    assert len(mailoutbox) == 2 and "/accounts/password/reset/key/" in mailoutbox[0].body
    for mail in mailoutbox:
        assert wholly_in(reader.preference.language, mail), (mail.subject, mail.body)
        assert "0007" in mail.body and "testserver" not in NAMES.sub("", mail.subject + mail.body)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("name", ["email_confirmation", "unknown_account", "email_changed", "password_set"])
def test_where_no_language_is_kept_it_is_that_of_the_page(rf, language, name, mailoutbox):
    facts = {"activate_url": "http://x/", "from_email": ADDRESS, "to_email": ADDRESS, "timestamp": timezone.now()}
    facts |= {"ip": "127.0.0.1", "user_agent": "", "user": make_user(username="0007")}
    with translation.override(language), context.request_context(rf.get("/")):
        AccountAdapter().send_mail(f"account/email/{name}", ADDRESS, facts)
    mail = mailoutbox[0]
    assert wholly_in(language, mail), (mail.subject, mail.body)
    assert not re.search("sign up|register|注册", mail.body)


def test_what_was_done_stands_when_the_mail_server_is_away(client, reader, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert client.post("/accounts/password/reset/", {"email": ADDRESS}).status_code == 302


def test_mail_of_the_portal_is_in_the_language_of_its_reader(reader, mailoutbox):
    reader.set_unusable_password()
    reader.save()
    Preference.objects.update(digest=Preference.Digest.DAILY)
    told = gettext_lazy("您自%(day)s起为%(plot)s的%(role)s。")
    facts = {"day": today(), "plot": "0007", "role": AssignmentRole.LEAD.label}
    notify(users=[reader], kind=NotificationKind.PLOT, text=worded(told, facts), address="/plots/1/")
    invitations.invite_account(user=reader, by=None, mail=True)
    digest.due(timezone.localtime().replace(hour=8))
    channels.send_waiting(timezone.now() + timedelta(days=1))
    assert len(mailoutbox) == 3
    for mail in mailoutbox:
        assert wholly_in(reader.preference.language, mail), (mail.subject, mail.body)
    assert "0007" in mailoutbox[1].body


def test_the_groups_words_are_the_bureaus_whoever_publishes(settings):
    Robot.objects.create(url="https://oapi.dingtalk.com/robot/send?access_token=a")
    with translation.override("en"):
        published(None, make_notice(title="国庆放假安排"))
    assert Delivery.objects.get(channel=Channel.GROUP).text == "通知：国庆放假安排"
