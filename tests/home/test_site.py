"""What stands before anybody opens a page."""

import pytest
from django.contrib.auth.models import Group
from wagtail.models import GroupPagePermission, Page, Site, Workflow

from activities.models import BranchIndexPage
from home import moderation, site
from home.models import BureauSettings, HomePage
from staff.choices import Role
from staff.posts import role_group

pytestmark = pytest.mark.django_db


def test_the_front_page_is_the_root_and_has_its_sections():
    home = Site.objects.get(is_default_site=True).root_page.specific
    assert isinstance(home, HomePage)
    assert set(home.get_children().values_list("slug", flat=True)) == {
        "news",
        "notices",
        "exemplars",
        "study",
        "branches",
    }
    assert BranchIndexPage.objects.get().url_path == "/front/branches/"
    assert not Page.objects.filter(title__startswith="Welcome").exists()


def test_the_office_keeps_pages_and_wagtails_own_groups_are_gone():
    office = role_group(Role.OFFICE)
    rights = GroupPagePermission.objects.filter(group=office).values_list("permission__codename", flat=True)
    assert set(rights) == set(site.OFFICE_PAGE_RIGHTS)
    assert not Group.objects.filter(name__in=site.UNUSED_GROUPS).exists()
    assert list(Workflow.objects.values_list("name", flat=True)) == [moderation.WORKFLOW]


def test_establishing_again_changes_nothing(django_assert_max_num_queries):
    before = Page.objects.count()
    with django_assert_max_num_queries(30):
        site.establish()
    assert Page.objects.count() == before
    assert BureauSettings.objects.count() == 1


def test_what_is_missing_is_made_again():
    BranchIndexPage.objects.get().delete()
    site.establish()
    assert BranchIndexPage.objects.filter(slug="branches").exists()


def test_a_new_name_of_the_bureau_is_seen_at_once():
    assert site.bureau_name()
    BureauSettings.objects.update(name="昆明市烟草专卖局")
    assert site.bureau_name() == "昆明市烟草专卖局"
