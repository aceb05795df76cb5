"""Who opens what of pages, updates and settings in the admin."""

import pytest
from django.urls import reverse

from tests.world import make_update, make_world

pytestmark = pytest.mark.django_db

SETTINGS = "/admin/settings/home/bureausettings/"


@pytest.fixture
def world():
    return make_world()


def opened(client, user, url):
    """Whether `user` comes to that page itself, and not to another one that they are led to."""
    client.force_login(user)
    answer = client.get(url)
    assert answer.status_code in (200, 302, 403, 404)
    return answer.status_code == 200


@pytest.mark.parametrize("role", ["staff", "secretary", "secretary_away", "manager", "office", "sysadmin", "auditor"])
def test_the_office_alone_moderates_updates_and_nobody_rewrites_them(role, world, client):
    update = make_update(world.here.member)
    user = world.users[role]
    assert opened(client, user, reverse("home_update:index")) == (role == "office")
    assert opened(client, user, reverse("home_update:inspect", args=[update.pk])) == (role == "office")
    assert client.get(f"/admin/home/update/edit/{update.pk}/").status_code == 404


def test_the_office_hides_an_update_in_the_portal_where_a_reason_is_asked(world, client):
    update = make_update(world.here.member)
    client.force_login(world.users["office"])
    page = client.get(reverse("home_update:inspect", args=[update.pk])).content.decode()
    assert update.get_absolute_url() in page


@pytest.mark.parametrize("role", ["secretary", "manager", "office", "sysadmin", "auditor"])
def test_settings_are_the_offices(role, world, client):
    client.force_login(world.users[role])
    answer = client.get(SETTINGS, follow=True)
    assert ("form" in (answer.context or {}) and SETTINGS in answer.request["PATH_INFO"]) == (role == "office")


@pytest.mark.parametrize(
    ("role", "writes"),
    [("secretary", False), ("secretary_away", False), ("office", True), ("sysadmin", False), ("auditor", False)],
)
def test_news_are_written_by_the_office(role, writes, world, client):
    url = reverse("wagtailadmin_pages:edit", args=[world.here.news.pk])
    assert opened(client, world.users[role], url) == writes
