"""Answers to requests that cannot be served, in the portal's look."""

from django.contrib.auth.views import redirect_to_login
from django.shortcuts import redirect, render
from django.urls import reverse


def csrf_failure(request, reason=""):
    """The form's token is missing or old: say so, and how to go on."""
    return render(request, "403_csrf.html", status=403)


def admin_sign_in(request):
    """Where the admin sends whom it does not let in: to sign-in, or, once signed in, to be told that it is closed."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.GET.get("next") or reverse("wagtailadmin_home"))
    if request.user.has_perm("wagtailadmin.access_admin"):
        return redirect("wagtailadmin_home")
    return render(request, "403.html", status=403)
