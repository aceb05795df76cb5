"""Suggestions: the register, putting one forward, and what is like what somebody is writing."""

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, IntegerField, OuterRef, Prefetch, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from django.views.decorators.http import require_POST
from django.views.generic import FormView

from activities import suggestions
from activities.forms.suggestions import SuggestionFilter, SuggestionForm
from activities.models import Activity, Suggestion, SuggestionAuthor, Support
from activities.suggestions import figures, register
from staff import access, workbooks
from staff.choices import OrganisationKind
from staff.forms.fields import put_errors
from staff.models import Finding, PartyOrganisation
from staff.paging import RegisterPaginator
from staff.views.lists import ScopedListView, may_export
from staff.wording import listed


def shown(rows):
    """Suggestions with all that lists show of them; the authors of unnamed ones are not even fetched."""
    named = SuggestionAuthor.objects.filter(suggestion__unnamed=False).select_related("member")
    supports = Support.objects.filter(suggestion=OuterRef("pk")).order_by().values("suggestion")
    count = Subquery(supports.annotate(n=Count("pk")).values("n"), output_field=IntegerField())
    return (
        rows.select_related("organisation", "activity", "lead_unit", "merged_into")
        .prefetch_related(Prefetch("authors", named))
        .annotate(support_count=Coalesce(count, 0))
    )


def of_keys(keys):
    """The suggestions of these keys with all that lists show of them."""
    return shown(Suggestion.objects.filter(pk__in=keys))


class SuggestionListView(ScopedListView):
    """The register (献计献策), public within the bureau: filters, figures, workbook."""

    template_name = "activities/suggestion_list.html"
    paginator_class = RegisterPaginator
    filename = gettext_lazy("建议台账")
    headers = tuple(
        gettext_lazy(text)
        for text in (
            "编号", "建议内容", "主题", "建议人", "党组织", "活动场次", "登记日期", "状态", "主办单位", "办理期限",
            "办理结果", "答复", "答复日期", "评价", gettext_noop("支持数"),
        )
    )  # fmt: skip

    def get_queryset(self):
        """Those that match the filters: as many as a page needs, or all for the workbook."""
        self.day, user = timezone.localdate(), self.request.user
        self.filter = SuggestionFilter(self.request.GET, user=user)
        rows, asked = Suggestion.objects.visible_to(user), {"day": self.day, "user": user}
        if workbooks.wanted(self.request):
            return shown(register.every(rows, self.filter, **asked))
        self.found = register.find(rows, self.filter, **asked)
        return self.found.rows

    def get_paginator(self, *args, **kwargs):
        """How many rows there are is known from the figures: the register is gone through once, not twice."""
        return super().get_paginator(*args, count=self.found.count, whole=of_keys, **kwargs)

    def get_context_data(self, **kwargs):
        """Add the figures, and who may put one forward."""
        rows, counted = self.found.rows, self.found.outcomes
        return super().get_context_data(
            figures=figures.outcomes(rows, self.filter.value("activity"), counted) if counted else None,
            common=counted is None,
            most_hits=register.MOST_HITS,
            activity=self.filter.value("activity"),
            may_add=access.allowed(self.request.user, "add", Suggestion),
            leads=may_export(self.request.user),
            today=self.day,
            **kwargs,
        )

    def workbook_row(self, row):
        """One line of the workbook."""
        return [
            row.number,
            row.text,
            row.topic_label,
            _("不具名") if row.unnamed else listed(member.name for member in row.shown_authors),
            str(row.organisation),
            row.activity.title if row.activity else "",
            row.logged_on,
            row.get_state_display(),
            str(row.lead_unit or ""),
            row.due,
            row.get_verdict_display(),
            row.answer,
            row.answered_on,
            row.get_rating_display(),
            row.support_count,
        ]


class SuggestionAddView(access.InsideMixin, FormView):
    """Put a suggestion forward, alone or in a session; the session's recorder enters one speaker after the other."""

    template_name = "activities/suggestion_form.html"
    form_class = SuggestionForm
    activity = None

    def dispatch(self, request, *args, **kwargs):
        """Find the session that the address names, and whether the reader keeps its record."""
        if request.user.is_authenticated:
            asked = request.GET.get("activity", "")
            if asked:
                rows = Activity.objects.visible_to(request.user).with_hosts()
                self.activity = get_object_or_404(rows, pk=asked if asked.isdecimal() else 0)
            self.member = access.roles(request.user).member
            self.recorder = self.activity is not None and access.allowed(request.user, "change", self.activity)
            if self.member is None and not self.recorder:
                raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self):
        """A token of its own, so that the phone may send it twice; what a visit found, if the address names it."""
        finding = self.request.GET.get("finding", "")
        found = Finding.objects.visible_to(self.request.user).filter(pk=finding if finding.isdecimal() else 0)
        text = found.values_list("visit__assignment__plot__name", "text").first() if finding else None
        return {"token": uuid.uuid4(), "text": "：".join(text) if text else ""}

    def get_form_kwargs(self):
        """The recorder names the speaker."""
        return super().get_form_kwargs() | {"recorder": self.recorder}

    def form_valid(self, form):
        """Store it once. A session that is over keeps the text and offers to log it outside the session."""
        if self.activity and not self.recorder and not suggestions.takes_voices(self.activity):
            form.add_error(None, _("该场次已结束。内容已保留，再次提交将作为日常建议登记。"))
            return self.form_invalid(form, outside=True)
        member = form.cleaned_data.get("speaker") or self.member
        try:
            suggestion = suggestions.put_forward(
                **{name: form.cleaned_data[name] for name in ("text", "topic", "unnamed", "token", "files")},
                member=member,
                organisation=(self.activity.lead if self.activity else None) or home_of(member),
                activity=self.activity,
                co_signers=form.co_signers,
                by=self.request.user,
            )
        except ValidationError as error:
            put_errors(form, error)
            return self.form_invalid(form)
        messages.success(self.request, _("已登记，编号%(number)s。") % {"number": suggestion.number})
        return redirect(self.request.get_full_path() if self.recorder else suggestion)

    def form_invalid(self, form, outside=False):
        """Come back with what was typed."""
        return self.render_to_response(self.get_context_data(form=form, outside=outside), status=422)

    def get_context_data(self, **kwargs):
        """Add the session and how many voices it has."""
        count = Suggestion.objects.filter(activity=self.activity).count() if self.activity else 0
        return super().get_context_data(activity=self.activity, recorder=self.recorder, count=count, **kwargs)


def home_of(member):
    """The organisation that decides on a suggestion made outside a session: one's branch, or that of one's unit."""
    if member.branch:
        return member.branch
    ours = PartyOrganisation.objects.filter(external=False).exclude(kind=OrganisationKind.GROUP)
    path = member.unit.path
    units = [path[:end] for end in range(4, len(path) + 1, 4)]
    near = ours.filter(unit__path__in=units).select_related("unit").order_by("-unit__depth", "depth").first()
    return near or ours.filter(depth=1).first()


@require_POST
@access.inside
def similar(request):
    """Suggestions like what is being written; sent as a form, so that the words stand in no address and no log."""
    rows = suggestions.similar(text=request.POST.get("text", "")[:2000], user=request.user)
    return render(request, "activities/_similar.html", {"rows": rows})
