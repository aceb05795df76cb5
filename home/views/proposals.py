"""Exemplars put forward by branches: the list, the form, one proposal, and what the office does with it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.generic import CreateView, DetailView, UpdateView

from home import exemplars
from home.forms import ProposalForm, ReturnForm
from home.models import ExemplarProposal, ProposalState
from staff.access import InsideMixin, allowed, inside, roles
from staff.choices import Role
from staff.forms.fields import put_errors
from staff.views.lists import ScopedListView

KEEPERS = (Role.SECRETARY, Role.OFFICE)


class ProposalListView(ScopedListView):
    """What was put forward: the office all of it, a secretary their own organisation's."""

    template_name = "home/proposal_list.html"

    def may_enter(self, held):
        """Those who put forward or decide."""
        return held.holds(*KEEPERS)

    def get_queryset(self):
        """Those in my scope."""
        rows = ExemplarProposal.objects.visible_to(self.request.user)
        return rows.select_related("organisation", "member__unit").defer("deeds")


class Written(InsideMixin):
    """The form of a proposal; what the domain refuses stands beside its field."""

    form_class = ProposalForm
    template_name = "home/proposal_form.html"
    context_object_name = "proposal"

    def may_enter(self, held):
        """Secretaries and the office."""
        return held.holds(*KEEPERS)

    def get_form_kwargs(self):
        """Whose organisations are offered."""
        return {**super().get_form_kwargs(), "user": self.request.user}

    def form_valid(self, form):
        """Store it and tell the office."""
        try:
            proposal = exemplars.put_forward(proposal=form.instance, by=self.request.user)
        except ValidationError as error:
            put_errors(form, error)
            return self.form_invalid(form)
        messages.success(self.request, _("已提交党建办审定。"))
        return redirect(proposal)


class ProposalAddView(Written, CreateView):
    """Put somebody forward."""

    model = ExemplarProposal


class ProposalEditView(Written, UpdateView):
    """Change what is not taken yet; a returned proposal is put forward anew."""

    def get_queryset(self):
        """Those in my scope that are still open."""
        return ExemplarProposal.objects.permitted(self.request.user, "change").exclude(state=ProposalState.TAKEN)


class ProposalView(InsideMixin, DetailView):
    """One proposal with its deeds, and what may be done with it."""

    template_name = "home/proposal_detail.html"
    context_object_name = "proposal"

    def get_queryset(self):
        """Those in my scope."""
        rows = ExemplarProposal.objects.visible_to(self.request.user)
        return rows.select_related("organisation", "member__unit", "proposed_by__member", "page")

    def get_context_data(self, **kwargs):
        """The office's forms."""
        decides = roles(self.request.user).holds(Role.OFFICE) and self.object.is_open
        kwargs.setdefault("return_form", ReturnForm(auto_id="return_%s") if decides else None)
        may_change = self.object.state != ProposalState.TAKEN and allowed(self.request.user, "change", self.object)
        return super().get_context_data(decides=decides, may_change=may_change, **kwargs)


def decided(request, pk):
    """The proposal that the office decides."""
    if not roles(request.user).holds(Role.OFFICE):
        raise Http404
    return get_object_or_404(ExemplarProposal, pk=pk)


@require_POST
@inside
def publish(request, pk):
    """Make a page of it in one step: published, or a draft to go on with in the admin."""
    proposal = decided(request, pk)
    at_once = "draft" not in request.POST
    try:
        page = exemplars.take(proposal=proposal, publish=at_once, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(proposal)
    if at_once:
        messages.success(request, _("已发布。"))
        return redirect(page.get_url(request))
    return redirect(reverse("wagtailadmin_pages:edit", args=[page.pk]))


@require_POST
@inside
def send_back(request, pk):
    """Return it with a reason."""
    proposal = decided(request, pk)
    form = ReturnForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请填写退回原因。"))
        return redirect(proposal)
    try:
        exemplars.send_back(proposal=proposal, because=form.cleaned_data["because"], by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("已退回，推荐人会收到原因。"))
    return redirect(proposal)
