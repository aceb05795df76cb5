"""The admin of `home`: hooks only register."""

from wagtail import hooks

from home import adopted, log_actions
from home.viewsets import UpdateViewSet

hooks.register("register_log_actions", log_actions.register)
hooks.register("suggestion_offers", adopted.offers)


@hooks.register("register_admin_viewset")
def viewsets():
    """The register of updates."""
    return UpdateViewSet()
