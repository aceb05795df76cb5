"""The door of the admin: who comes in today, and how far. Roles decide, not what a group once allowed.

Wagtail lets in whoever has its one permission and sends others to sign in, though they are signed in already. Here
signing in and out is allauth's, people without a role in force find nothing, and the auditor finds the audit alone.
"""

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse

from staff.access import roles
from staff.choices import Role
from staff.posts import sync_groups

WORKERS = (Role.SECRETARY, Role.MANAGEMENT, Role.OFFICE, Role.SYSADMIN)
WRITERS = (Role.SECRETARY, Role.OFFICE)
# What each part of the admin's addresses is open to; the rest is open to all who work here.
PARTS = {
    "pages/": WRITERS,
    "images/": WRITERS,
    "documents/": WRITERS,
    "choose-page/": WRITERS,
    "choose-external-link/": WRITERS,
    "workflows/": WRITERS,
    "reports/": (Role.OFFICE,),
    "bulk/": WRITERS,
    "bulk/staff/": (),
    "groups/": (),
    "sites/": (),
    "collections/": (),
    "audit/": (),
}
AUDITORS = ("audit/", "account/", "jsi18n/", "sprite/", "logout/")


class AdminDoor:
    """Middleware over /admin/."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        """Ask at the door of the admin; pass by everywhere else."""
        root = reverse("wagtailadmin_home")
        if request.path_info.startswith(root):
            answer = self.ask(request, request.path_info[len(root) :], root)
            if answer is not None:
                return answer
        return self.get_response(request)

    def ask(self, request, part, root):
        """The answer at the door, or None to come in. A closed part is dispatched to the page for things not found."""
        if part.startswith("logout/"):
            # 307 keeps the POST of the sidebar's button, so that allauth signs out at once.
            return HttpResponseRedirect(reverse("account_logout"), status=307)
        if not request.user.is_authenticated:
            return redirect_to_login(root if part.startswith("login/") else request.get_full_path())
        held = roles(request.user)
        auditor = held.holds(Role.AUDITOR)
        if not held.holds(*WORKERS, Role.AUDITOR):
            return self.closed(request)
        if not request.user.has_perm("wagtailadmin.access_admin"):
            sync_groups(users=[request.user])
            for known in ("_perm_cache", "_user_perm_cache", "_group_perm_cache"):
                request.user.__dict__.pop(known, None)
        if part.startswith("login/"):
            return redirect(root)
        if auditor and part.startswith(AUDITORS):
            return None
        if not held.holds(*WORKERS):
            return redirect("audit") if not part else self.closed(request)
        found = max((prefix for prefix in PARTS if part.startswith(prefix)), key=len, default=None)
        return self.closed(request) if found is not None and not held.holds(*PARTS[found]) else None

    def closed(self, request):
        """As if it were not there."""
        request.door_closed = True
        return

    def process_view(self, request, view, args, kwargs):
        """Raise where Django turns it into the page for things not found."""
        if getattr(request, "door_closed", False):
            raise Http404
