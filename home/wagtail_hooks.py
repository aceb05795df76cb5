"""The admin of `home`: hooks only register."""

from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.models import Page

from home import adopted, log_actions, readers
from home.viewsets import UpdateViewSet

hooks.register("register_log_actions", log_actions.register)
hooks.register("suggestion_offers", adopted.offers)


@hooks.register("register_admin_viewset")
def viewsets():
    """The register of updates."""
    return UpdateViewSet()


@hooks.register("before_delete_page")
def what_readers_left_stays(request, page):
    """Receipts and finished study would go with their page: it is unpublished instead."""
    if readers.left_on(page):
        text = _("“%(title)s”已有人确认已读或学完，记录要保留，不能删除；不再需要时可以取消发布。")
        messages.error(request, text % {"title": page.title})
        return redirect("wagtailadmin_explore", (page.get_parent() or page).pk)
    return None


@hooks.register("before_bulk_action")
def what_readers_left_stays_in_bulk(request, action_type, objects, action):
    """The same for many pages at once."""
    if action_type == "delete":
        for page in objects:
            if isinstance(page, Page) and (refused := what_readers_left_stays(request, page)):
                return refused
    return None
