"""The published face of activities, and the tree of branch pages that mirrors the party organisations."""

from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.html import escape
from django.utils.text import slugify
from django.utils.translation import gettext as _
from pypinyin import lazy_pinyin
from wagtail.log_actions import log
from wagtail.models import GroupPagePermission

from activities.choices import ActivityState
from activities.models import ActivityPage, BranchIndexPage, BranchPage
from activities.planning import locked
from staff.audience import Audience
from staff.models import PartyOrganisation
from staff.posts import organisation_group

# What an organisation's secretary and committee may do below its page (Wagtail's own permissions of pages).
PAGE_PERMISSIONS = ("add_page", "change_page", "publish_page")
SLUG_LENGTH = 60


def slug_for(text, number):
    """An address in pinyin that no other page has: the number makes it so."""
    return f"{slugify('-'.join(lazy_pinyin(text)))[:SLUG_LENGTH].strip('-') or 'page'}-{number}"


@transaction.atomic
def ensure_branch_page(organisation):
    """The page of `organisation`, made with those above it where missing, and moved to where the organisation stands.

    The organisation's group gets page permissions on it, so that Wagtail's admin opens a secretary their branch alone.
    """
    above = organisation.get_parent()
    parent = ensure_branch_page(PartyOrganisation.objects.get(pk=above.pk)) if above else _index()
    page = BranchPage.objects.filter(organisation=organisation).first()
    if page is None:
        page = BranchPage(
            title=organisation.name, slug=slug_for(organisation.name, organisation.pk), organisation=organisation
        )
        parent.add_child(instance=page)
    elif page.get_parent().pk != parent.pk:
        page.move(parent, pos="last-child")
        page = BranchPage.objects.get(pk=page.pk)
    _permit(organisation, page)
    return page


def _index():
    index = BranchIndexPage.objects.first()
    if index is None:
        raise ValidationError(_("网站尚未建立支部栏目，请联系系统管理员。"), code="no_index")
    return index


def _permit(organisation, page):
    group = organisation_group(organisation)
    present = set(GroupPagePermission.objects.filter(group=group, page=page).values_list("permission", flat=True))
    rows = Permission.objects.filter(content_type__app_label="wagtailcore", codename__in=PAGE_PERMISSIONS)
    GroupPagePermission.objects.bulk_create(
        [GroupPagePermission(group=group, page=page, permission=row) for row in rows if row.pk not in present]
    )


def prefilled_body(activity):
    """What the page of `activity` starts with: its agenda, and what those who come must know."""
    body = []
    if activity.agenda.strip():
        lines = "".join(f"<p>{escape(line.strip())}</p>" for line in activity.agenda.splitlines() if line.strip())
        body += [("heading", _("活动安排")), ("text", lines)]
    if activity.note:
        body.append(("call_out", {"text": activity.note}))
    return body


@transaction.atomic
def publish(*, activity, by, audience=None, live=True):
    """Make or bring back the page of `activity` under its lead host's page, live at once, or as a draft to be written.

    A committee meeting and a talk have no page; what is a draft or called off is not published. A page already there
    keeps its text; `audience` is for those who may set it.
    """
    activity = locked(activity)
    if not activity.has_face:
        raise ValidationError(_("支部委员会和谈心谈话只作记录，不发布页面。"), code="record_only")
    if activity.state not in (ActivityState.SCHEDULED, ActivityState.HELD):
        raise ValidationError(_("活动尚未安排或已取消，不能发布。"), code="state")
    page = ActivityPage.objects.filter(activity=activity).first()
    if page is None:
        page = ActivityPage(
            title=activity.title,
            slug=slug_for(activity.title, activity.pk),
            activity=activity,
            body=prefilled_body(activity),
            audience=audience or Audience.BUREAU,
            live=False,
            owner=by,
        )
        ensure_branch_page(activity.lead).add_child(instance=page)
    else:
        page = page.get_latest_revision_as_object()
        page.audience = audience or page.audience
    revision = page.save_revision(user=by)
    if live:
        revision.publish(user=by)
        page.refresh_from_db()
    log(instance=activity, action="activities.activity.publish", user=by, data={"page": page.pk, "live": live})
    return page
