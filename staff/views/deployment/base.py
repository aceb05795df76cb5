"""What the pages of deployment share: who arranges, a round that is open, calling the domain."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect

from staff import access
from staff.choices import RoundState
from staff.forms.rounds import ARRANGERS
from staff.models import Round


def act(request, run, done, back, **arguments):
    """Call a domain function and say what came of it."""
    try:
        run(by=request.user, **arguments)
    except ValidationError as error:
        for text in error.messages:
            messages.error(request, text)
    else:
        messages.success(request, done)
    return redirect(back)


class ArrangerMixin(access.InsideMixin):
    """A page for those who arrange postings: the office, and management for the units of its scope."""

    def may_enter(self, held):
        """Whether somebody arranges postings at all."""
        return held.holds(*ARRANGERS)

    def open_round(self):
        """The round of the address, unless it is closed."""
        rounds = Round.objects.visible_to(self.request.user).exclude(state=RoundState.CLOSED)
        return get_object_or_404(rounds, pk=self.kwargs["pk"])


class OfficeMixin(access.InsideMixin):
    """A page for those who keep rounds."""

    def may_enter(self, held):
        """Whether somebody keeps rounds."""
        return access.allowed(held.user, "change", Round)
