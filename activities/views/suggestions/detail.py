"""One suggestion with its history and next steps, each step's own page, its links and its docket."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import DetailView
from wagtail import hooks

from activities import suggestions
from activities.choices import OPEN_SUGGESTIONS
from activities.forms.suggestions import STEP_FORMS, LinkForm
from activities.models import Suggestion, SuggestionAuthor, SuggestionEvent, SuggestionLink, Support
from activities.suggestions import docket, links
from activities.suggestions.table import WHO
from activities.views.suggestions.register import shown
from staff import access
from staff.forms.fields import put_errors


class SuggestionView(access.InsideMixin, DetailView):
    """One suggestion: text, path, answer, history, and what the reader may do next."""

    template_name = "activities/suggestion_detail.html"
    context_object_name = "suggestion"

    def get_queryset(self):
        """The bureau's suggestions."""
        rows = shown(Suggestion.objects.visible_to(self.request.user))
        return rows.select_related("split_from", "news").prefetch_related("assisting_units", "merged", "parts", "files")

    def get_context_data(self, **kwargs):
        """Steps, history, links and support."""
        user, row = self.request.user, self.object
        member = access.roles(user).member
        mine = member is not None and SuggestionAuthor.objects.filter(suggestion=row, member=member).exists()
        events = SuggestionEvent.objects.filter(suggestion=row).select_related("by__member").order_by("-at", "-pk")
        steps = [
            {
                "label": step.label,
                "url": reverse(f"activities:suggestion_{name}", args=[row.pk]),
                "plain": is_plain(name),
            }
            for name, step in suggestions.steps_for(user, row).items()
        ]
        return super().get_context_data(
            path=suggestions.path_of(row),
            events=events,
            step=steps[0] if steps else None,
            more_steps=steps[1:],
            links=links.of(row, user),
            may_link=links.may_link(user, row),
            mine=mine,
            supported=bool(member) and Support.objects.filter(suggestion=row, member=member).exists(),
            may_support=member is not None and not mine,
            offers=[offer for offers in hooks.get_hooks("suggestion_offers") for offer in offers(user, row)],
            may_reveal=row.unnamed and access.allowed(user, "reveal", row),
            overdue=bool(row.due and row.due < timezone.localdate() and row.state in OPEN_SUGGESTIONS),
            co_signers=[part.member for part in row.authors.all() if part.member not in row.shown_authors],
            **kwargs,
        )


def is_plain(name):
    """Whether a step asks for nothing, so that its button is enough."""
    return STEP_FORMS[name].base_fields.keys() == {"seen"}


class SuggestionStepView(access.InsideMixin, DetailView):
    """A step's own page; what cannot be done comes back on it with what was typed."""

    http_method_names = ["get", "post"]
    template_name = "activities/suggestion_step.html"
    context_object_name = "suggestion"
    action = ""

    def get_queryset(self):
        """The bureau's suggestions."""
        return shown(Suggestion.objects.visible_to(self.request.user))

    def get_object(self, queryset=None):
        """The suggestion, for whom this step may be open."""
        row = super().get_object(queryset)
        if not access.allowed(self.request.user, WHO[self.action], row):
            raise Http404
        return row

    def get(self, request, *args, **kwargs):
        """The step's form; one that is not open now, or asks for nothing, has its button on the suggestion's page."""
        self.object = self.get_object()
        if is_plain(self.action) or self.action not in suggestions.steps_for(request.user, self.object):
            return redirect(self.object)
        initial = {"seen": self.object.state, **self.initial()}
        return self.render_to_response(self.get_context_data(form=STEP_FORMS[self.action](initial=initial)))

    def initial(self):
        """What the form begins with."""
        row = self.object
        return {"text": row.text if self.action == "split" else "", "topic": row.topic, "lead_unit": row.lead_unit}

    def get_context_data(self, **kwargs):
        """Add the step's word."""
        step = suggestions.TRANSITIONS[self.object.state].get(self.action)
        label = step.label if step else _("办理")
        return super().get_context_data(action=self.action, label=label, **kwargs)

    def post(self, request, *args, **kwargs):
        """Take the step, or say why not."""
        self.object = self.get_object()
        form = STEP_FORMS[self.action](request.POST)
        if form.is_valid():
            try:
                do = getattr(suggestions, {"return": "return_"}.get(self.action, self.action))
                do(suggestion=self.object, by=request.user, **form.cleaned_data)
            except PermissionDenied:
                raise Http404 from None
            except ValidationError as error:
                put_errors(form, error)
                self.object = super().get_object()
            else:
                messages.success(request, _("已办理。"))
                return redirect(self.object)
        return self.render_to_response(self.get_context_data(form=form), status=422)


class SuggestionMergeView(SuggestionStepView):
    """Merging: what is like it stands ready, any other is found by words or number, and both are read side by side."""

    action = "merge"
    template_name = "activities/suggestion_merge.html"

    def initial(self):
        """The number that was chosen."""
        return {"into": self.request.GET.get("into", "")}

    def get_context_data(self, **kwargs):
        """Add what may be merged into: found by words, or like this one; and the one chosen."""
        user, row = self.request.user, self.object
        text = self.request.GET.get("q", "").strip()[:100]
        rows = shown(Suggestion.objects.visible_to(user)).exclude(pk=row.pk)
        chosen = rows.filter(number=kwargs["form"]["into"].value() or "").first()
        if text:
            found = suggestions.matching(rows.open(), text).order_by("-pk")[:10]
        else:
            found = suggestions.similar(text=row.text, user=user, but=row, open_only=True)
        return super().get_context_data(q=text, found=found, chosen=chosen, **kwargs)


class SuggestionLinksView(access.InsideMixin, DetailView):
    """What a suggestion is about: found by words and linked, one thing after the other."""

    template_name = "activities/suggestion_links.html"
    context_object_name = "suggestion"

    def get_queryset(self):
        """The bureau's suggestions."""
        return Suggestion.objects.visible_to(self.request.user)

    def get_object(self, queryset=None):
        """The suggestion, for those who decide on it or handle it."""
        row = super().get_object(queryset)
        if not links.may_link(self.request.user, row):
            raise Http404
        return row

    def get_context_data(self, **kwargs):
        """Add what was found."""
        form = LinkForm(self.request.GET or None)
        found, kind = [], ""
        if form.is_valid():
            kind = form.cleaned_data["kind"]
            found = links.found(kind=kind, text=form.cleaned_data["q"], user=self.request.user)
        linked = links.of(self.object, self.request.user)
        return super().get_context_data(form=form, kind=kind, found=found, links=linked, **kwargs)

    def post(self, request, *args, **kwargs):
        """Link one thing."""
        row = self.get_object()
        kind, target = request.POST.get("kind", ""), request.POST.get("target", "")
        if kind in SuggestionLink.TARGETS and target.isdecimal():
            try:
                suggestions.link(suggestion=row, kind=kind, target=target, by=request.user)
                messages.success(request, _("已关联。"))
            except ValidationError as error:
                messages.error(request, error.messages[0])
        return redirect(request.get_full_path())


@require_POST
@access.inside
def unlink(request, pk, link):
    """Take a link away."""
    row = get_object_or_404(SuggestionLink.objects.visible_to(request.user), pk=link, suggestion=pk)
    try:
        suggestions.unlink(link=row, by=request.user)
    except PermissionDenied:
        raise Http404 from None
    return redirect("activities:suggestion_links", pk=pk)


class SuggestionRevealView(SuggestionView):
    """Who is behind an unnamed suggestion: shown once, in answer to a POST, and recorded."""

    def post(self, request, *args, **kwargs):
        """Show the names to the party office."""
        self.object = self.get_object()
        try:
            behind = suggestions.reveal(suggestion=self.object, by=request.user)
        except PermissionDenied:
            raise Http404 from None
        response = self.render_to_response(self.get_context_data(behind=behind))
        response["Cache-Control"] = "no-store"
        return response


@require_POST
@access.inside
def support(request, pk):
    """Support a suggestion, or take the support back."""
    suggestion = get_object_or_404(Suggestion.objects.visible_to(request.user), pk=pk)
    try:
        suggestions.toggle_support(suggestion=suggestion, by=request.user)
    except PermissionDenied:
        raise Http404 from None
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return redirect(suggestion)


@require_safe
@access.inside
def paper(request, pk):
    """The docket of one suggestion as a Word file."""
    rows = shown(Suggestion.objects.visible_to(request.user)).prefetch_related("assisting_units", "merged")
    row = get_object_or_404(rows, pk=pk)
    return docket.paper(row).response(_("建议办理卡%(number)s") % {"number": row.number})
