"""The portal's own site: what must stand before anybody opens a page, and what every page says of the bureau."""

from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, connections, transaction
from django.utils.translation import gettext_noop
from wagtail.models import (
    GroupApprovalTask,
    GroupPagePermission,
    Locale,
    Page,
    Site,
    Task,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from activities.models import BranchIndexPage
from home.models import BureauSettings, ExemplarIndexPage, HomePage, NewsIndexPage, NoticeIndexPage, StudyIndexPage
from home.moderation import WORKFLOW
from staff import pulse, seeded
from staff.choices import Role
from staff.posts import FILE_RIGHTS, ROLE_GROUPS, give_files, role_group

TITLE = "责任田"
(MOTTO,) = seeded.know(gettext_noop("把责任种进田里，把服务送到户上"))
INDEXES = (
    (NewsIndexPage, "news", gettext_noop("工作动态")),
    (NoticeIndexPage, "notices", gettext_noop("通知公告")),
    (ExemplarIndexPage, "exemplars", gettext_noop("先锋典型")),
    (StudyIndexPage, "study", gettext_noop("学习资料")),
    (BranchIndexPage, "branches", gettext_noop("支部总览")),
)
seeded.know(*(title for _model, _slug, title in INDEXES))
OFFICE_PAGE_RIGHTS = ("add_page", "change_page", "publish_page", "lock_page", "unlock_page", "bulk_delete_page")
OFFICE_FILE_RIGHTS = (*FILE_RIGHTS, "change_image", "change_document")
SETTINGS_RIGHT = "change_bureausettings"
# What a new Wagtail brings and this portal does not use.
UNUSED_GROUPS = ("Editors", "Moderators")
UNUSED_WORKFLOW = "Moderators approval"


def bureau():
    """The name of the bureau, and whether what the portal holds is the demo."""
    return pulse.remember("bureau", _bureau)


def _bureau():
    known = BureauSettings.objects.values_list("name", "is_demo").first()
    return known or (str(BureauSettings._meta.get_field("name").default), False)


def bureau_name():
    """What the bureau is called."""
    return bureau()[0]


def is_demo():
    """Whether every page must say that its data are invented."""
    return bureau()[1]


def establish_after_migrate(using, **kwargs):
    """Receiver of `post_migrate`: set the site up as soon as all its tables are there."""
    present = set(connections[using].introspection.table_names())
    needed = {
        model._meta.db_table
        for label in ("home", "activities", "staff", "wagtailcore", "wagtailimages", "wagtaildocs", "wagtailadmin")
        for model in apps.get_app_config(label).get_models()
        if model._meta.managed
    }
    if needed <= present:
        establish()


@transaction.atomic
def establish():
    """Make what is missing: root, front page and its sections, site, groups and their rights, workflow, settings.

    Idempotent; a portal that stands is asked a dozen questions and changed in nothing. The cache is not touched in
    the middle of it: at the first migration its table does not exist yet.
    """
    _permissions()
    locale, _made = Locale.objects.get_or_create(language_code=settings.LANGUAGE_CODE)
    home = HomePage.objects.first() or _front_page(locale)
    have = set(home.get_children().values_list("slug", flat=True))
    for model, slug, title in INDEXES:
        if slug not in have and not model.objects.exists():
            home.add_child(instance=model(title=title, slug=slug, locale=locale))
    site = _site(home)
    BureauSettings.objects.bulk_create([BureauSettings(site=site)] if not _settings(site) else [])
    _groups(home)
    return home


def _permissions():
    """The rights that groups are given; on the very first migration, and after a flush, they come only later."""
    wanted = {*OFFICE_PAGE_RIGHTS, *OFFICE_FILE_RIGHTS, "access_admin", SETTINGS_RIGHT}
    if Permission.objects.filter(codename__in=wanted).count() < len(wanted):
        ContentType.objects.clear_cache()
        for label in ("wagtailcore", "wagtailimages", "wagtaildocs", "wagtailadmin", "home"):
            create_permissions(apps.get_app_config(label), verbosity=0)


def _front_page(locale):
    kind = ContentType.objects.get_for_model(Page)
    root = Page.get_first_root_node() or Page.add_root(
        instance=Page(title="Root", slug="root", content_type=kind, locale=locale)
    )
    return root.add_child(instance=HomePage(title=TITLE, slug="front", motto=MOTTO, locale=locale))


def _site(home):
    """The one site, led to the front page and named as settings say; Wagtail's page of welcome goes."""
    address = urlsplit(settings.BASE_URL)
    port = address.port or (443 if address.scheme == "https" else 80)
    facts = {"hostname": address.hostname, "port": port, "root_page_id": home.pk, "site_name": TITLE}
    site = Site.objects.filter(is_default_site=True).first()
    if site is None:
        Site.objects.bulk_create([Site(is_default_site=True, **facts)])
    elif any(getattr(site, name) != value for name, value in facts.items()):
        Site.objects.filter(pk=site.pk).update(**facts)
    else:
        return site
    plain = ContentType.objects.get_for_model(Page)
    for page in Page.objects.filter(depth=2, content_type=plain).exclude(pk=home.pk):
        page.delete()
    try:
        with transaction.atomic():
            Site.clear_site_root_paths_cache()
    except DatabaseError:
        # No table for the cache yet, so there is nothing in it to forget.
        pass
    return Site.objects.get(is_default_site=True)


def _settings(site):
    return BureauSettings.objects.filter(site=site).exists()


def _groups(home):
    """The groups of the granted roles; the office keeps pages and files, and approves what others submit."""
    Group.objects.filter(name__in=UNUSED_GROUPS).delete()
    Workflow.objects.filter(name=UNUSED_WORKFLOW).delete()
    Task.objects.filter(name=UNUSED_WORKFLOW).delete()
    known = set(Group.objects.filter(name__in=ROLE_GROUPS.values()).values_list("name", flat=True))
    for role, name in ROLE_GROUPS.items():
        if name not in known:
            role_group(role)
    office = role_group(Role.OFFICE)
    held = set(
        GroupPagePermission.objects.filter(group=office, page=home).values_list("permission__codename", flat=True)
    )
    for right in Permission.objects.filter(content_type__app_label="wagtailcore", codename__in=OFFICE_PAGE_RIGHTS):
        if right.codename not in held:
            GroupPagePermission.objects.create(group=office, page=home, permission=right)
    office.permissions.add(*Permission.objects.filter(codename=SETTINGS_RIGHT))
    give_files(office, OFFICE_FILE_RIGHTS)
    if not WorkflowPage.objects.filter(page=home).exists():
        task = GroupApprovalTask.objects.create(name=WORKFLOW)
        task.groups.add(office)
        workflow = Workflow.objects.create(name=WORKFLOW)
        WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
        WorkflowPage.objects.create(workflow=workflow, page=home)
