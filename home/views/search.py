"""Search: the page of results, and what is offered while somebody is typing."""

from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from home import find


@require_safe
def search(request):
    """One search over all that the viewer may see."""
    asked = request.GET.get("q", "").strip()
    only = request.GET.get("in")
    only = only if only in find.KINDS else None
    part = request.GET.get("of")
    facets = find.search(asked, request.user, only, request.GET.get("page"), part)
    groups = [group for group in facets if only is None or group.key == only]
    cut = len(asked) > find.LONGEST
    shown = {"q": find.clean(asked), "cut": cut, "longest": find.LONGEST, "newest": find.NEWEST}
    return render(request, "home/search.html", {**shown, "only": only, "facets": facets, "groups": groups})


@require_safe
@cache_control(private=True, max_age=30)
def suggest(request):
    """The list below the box of the header: the nearest few that the viewer may see."""
    text = find.clean(request.GET.get("q", ""))
    return render(request, "home/_suggest.html", {"q": text, "found": find.suggest(text, request.user)})
