"""An adopted suggestion is made known in one step."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from activities.models import Suggestion
from home import adopted
from staff.access import inside


@require_POST
@inside
def publish(request, pk):
    """Make a piece of news of it: published, or a draft to go on with in the admin."""
    suggestion = get_object_or_404(Suggestion.objects.visible_to(request.user), pk=pk)
    live = "draft" not in request.POST
    try:
        page = adopted.publish(suggestion=suggestion, live=live, by=request.user)
    except PermissionDenied:
        raise Http404 from None
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(suggestion)
    if live:
        messages.success(request, _("已发布。"))
        return redirect(page.get_url(request))
    return redirect(reverse("wagtailadmin_pages:edit", args=[page.pk]))
