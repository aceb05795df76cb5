"""Suggestions: the register, putting one forward, one with its history and next steps, and a session's list."""

import uuid
from itertools import groupby

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, IntegerField, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import DetailView, FormView

from activities import suggestions
from activities.choices import ActivityState
from activities.forms.suggestions import ANSWERS, STEP_FORMS, SuggestionFilter, SuggestionForm
from activities.models import Activity, Attendance, Suggestion, SuggestionAuthor, SuggestionEvent, Support
from activities.suggestions.table import WHO
from staff import access
from staff.choices import OrganisationKind
from staff.forms.fields import put_errors
from staff.models import PartyOrganisation
from staff.views.lists import ScopedListView


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


def narrowed(rows, asked, day, user):
    """Those of `rows` that the register's filters ask for."""
    plain = {"state": "state", "topic": "topic", "year": "logged_on__year", "activity": "activity"}
    rows = rows.filter(**{field: asked.value(name) for name, field in plain.items() if asked.value(name)})
    if text := asked.value("q"):
        rows = rows.filter(Q(text__icontains=text) | Q(number__icontains=text))
    if branch := asked.value("branch"):
        rows = rows.filter(organisation__path__startswith=branch.path)
    if unit := asked.value("unit"):
        rows = rows.filter(lead_unit__path__startswith=unit.path)
    if figure := asked.value("figure"):
        if figure == "overdue":
            return rows.overdue(day)
        if figure == "waiting":
            return rows.filter(pk__in=suggestions.waiting_for(user).order_by().values("pk"))
        return rows.exclude(rating="") if figure == "rated" else rows.filter(**ANSWERS[figure])
    return rows


def figures_of(rows, activity):
    """The figures of the rules, each with numerator, denominator and the filter that lists its rows."""
    n = rows.outcomes()
    figures = [
        (_("登记"), n["logged"], None, ""),
        (_("立案率"), n["accepted"], n["logged"], "accepted"),
        (_("采纳率"), n["adopted"], n["answered"], "adopted"),
        (_("按期答复率"), n["in_time"], n["answered"], "in_time"),
        (_("满意率"), n["satisfied"], n["rated"], "satisfied"),
    ]
    if activity:
        voices = SuggestionAuthor.objects.filter(suggestion__in=rows.order_by().values("pk"))
        present = Attendance.objects.filter(activity=activity).there().count()
        figures.append((_("参与率"), voices.values("member").distinct().count(), present, ""))
    return [
        {
            "label": label,
            "value": part if whole is None else f"{part * 100 // whole}%" if whole else "—",
            "note": "" if whole is None else f"{part} / {whole}",
            "figure": figure,
        }
        for label, part, whole, figure in figures
    ]


class SuggestionListView(ScopedListView):
    """The register (献计献策), public within the bureau: filters, figures, workbook."""

    template_name = "activities/suggestion_list.html"
    filename = gettext_lazy("建议台账")
    headers = tuple(
        gettext_lazy(text)
        for text in (
            "编号", "建议内容", "主题", "建议人", "党组织", "活动场次", "登记日期", "状态", "主办单位", "办理期限",
            "办理结果", "答复", "答复日期", "评价", "支持数",
        )
    )  # fmt: skip

    def get_queryset(self):
        """Those that match the filters."""
        self.day = timezone.localdate()
        self.filter = SuggestionFilter(self.request.GET, user=self.request.user)
        self.rows = narrowed(Suggestion.objects.visible_to(self.request.user), self.filter, self.day, self.request.user)
        return shown(self.rows)

    def get_context_data(self, **kwargs):
        """Add the figures, and who may put one forward."""
        return super().get_context_data(
            figures=figures_of(self.rows, self.filter.value("activity")),
            activity=self.filter.value("activity"),
            may_add=access.allowed(self.request.user, "add", Suggestion),
            today=self.day,
            **kwargs,
        )

    def workbook_row(self, row):
        """One line of the workbook."""
        return [
            row.number,
            row.text,
            row.topic,
            _("不具名") if row.unnamed else "、".join(member.name for member in row.shown_authors),
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
        """A token of its own, so that the phone may send it as often as it likes."""
        return {"token": uuid.uuid4()}

    def get_form_kwargs(self):
        """The recorder names the speaker."""
        return super().get_form_kwargs() | {"recorder": self.recorder}

    def form_valid(self, form):
        """Store it once. A session that is over keeps the text and offers to log it outside the session."""
        data = form.cleaned_data
        if self.activity and not self.recorder and self.over():
            form.add_error(None, _("该场次已结束。内容已保留，再次提交将作为日常建议登记。"))
            return self.form_invalid(form, outside=True)
        member = data.get("speaker") or self.member
        organisation = self.activity.lead if self.activity else None
        try:
            suggestion = suggestions.put_forward(
                text=data["text"],
                topic=data["topic"],
                unnamed=data["unnamed"],
                token=data["token"],
                member=member,
                organisation=organisation or home_of(member),
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

    def over(self):
        """Whether the session takes no more voices."""
        return self.activity.state == ActivityState.CANCELLED or self.activity.ends < timezone.now()

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


class SuggestionView(access.InsideMixin, DetailView):
    """One suggestion: text, path, answer, history, and what the reader may do next."""

    template_name = "activities/suggestion_detail.html"

    def get_queryset(self):
        """The bureau's suggestions."""
        return shown(Suggestion.objects.visible_to(self.request.user)).prefetch_related("assisting_units", "merged")

    def get_context_data(self, **kwargs):
        """Steps, history and support."""
        user, row = self.request.user, self.object
        member = access.roles(user).member
        mine = member is not None and SuggestionAuthor.objects.filter(suggestion=row, member=member).exists()
        bound = kwargs.pop("bound", {})
        events = SuggestionEvent.objects.filter(suggestion=row).select_related("by__member").order_by("-at", "-pk")
        steps = [
            {
                "name": name,
                "label": step.label,
                "url": reverse(f"activities:suggestion_{name}", args=[row.pk]),
                "form": bound.get(name) or STEP_FORMS[name](initial={"seen": row.state}, auto_id=f"{name}_%s"),
                "plain": STEP_FORMS[name].base_fields.keys() == {"seen"},
            }
            for name, step in suggestions.steps_for(user, row).items()
        ]
        late = [form for name, form in bound.items() if name not in {step["name"] for step in steps}]
        return super().get_context_data(
            suggestion=row,
            path=suggestions.path_of(row),
            events=events,
            steps=steps,
            late=late[0] if late else None,
            mine=mine,
            supported=bool(member) and Support.objects.filter(suggestion=row, member=member).exists(),
            may_support=member is not None and not mine,
            may_reveal=row.unnamed and access.allowed(user, "reveal", row),
            overdue=bool(row.due and row.due < timezone.localdate() and row.state in ANSWERS["open"]["state__in"]),
            co_signers=[part.member for part in row.authors.all() if part.member not in row.shown_authors],
            **kwargs,
        )


class SuggestionStepView(SuggestionView):
    """One step; what cannot be done comes back on the suggestion's page with what was typed."""

    http_method_names = ["get", "post"]
    action = ""

    def get(self, request, *args, **kwargs):
        """The forms are on the suggestion's page."""
        return redirect(self.get_object())

    def post(self, request, *args, **kwargs):
        """Take the step, or say why not."""
        self.object = self.get_object()
        if not access.allowed(request.user, WHO[self.action], self.object):
            raise Http404
        form = STEP_FORMS[self.action](request.POST, auto_id=f"{self.action}_%s")
        if form.is_valid():
            try:
                do = getattr(suggestions, {"return": "return_"}.get(self.action, self.action))
                do(suggestion=self.object, by=request.user, **form.cleaned_data)
            except PermissionDenied:
                raise Http404 from None
            except ValidationError as error:
                put_errors(form, error)
                self.object = self.get_object()
            else:
                messages.success(request, _("已办理。"))
                return redirect(self.object)
        return self.render_to_response(self.get_context_data(bound={self.action: form}), status=422)


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
def session(request, pk):
    """A session's suggestions by topic, with their number and the way to the next voice."""
    activity = get_object_or_404(Activity.objects.visible_to(request.user).with_hosts(), pk=pk)
    rows = list(
        shown(Suggestion.objects.visible_to(request.user).filter(activity=activity)).order_by("topic", "number")
    )
    context = {
        "activity": activity,
        "count": len(rows),
        "groups": [(topic, list(group)) for topic, group in groupby(rows, key=lambda row: row.topic)],
        "recorder": access.allowed(request.user, "change", activity),
        "may_add": access.allowed(request.user, "add", Suggestion),
        "figures": figures_of(Suggestion.objects.filter(activity=activity), activity),
        "today": timezone.localdate(),
    }
    return render(request, "activities/suggestion_session.html", context)
