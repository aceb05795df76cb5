"""Answers to requests that cannot be served, in the portal's look."""

from django.shortcuts import render


def csrf_failure(request, reason=""):
    """The form's token is missing or old: say so, and how to go on."""
    return render(request, "403_csrf.html", status=403)
