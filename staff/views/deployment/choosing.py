"""Choosing people for a need of a round: whose turn it is, what matters of each, several at once; and one by hand."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView

from staff import access, choosing, rosters, rounds
from staff.forms import deployment as forms
from staff.forms.fields import put_errors
from staff.forms.rounds import ARRANGERS, CandidateFilter, ChoiceForm, reach
from staff.models import Member, Posting, Round, Unit
from staff.rows import RowErrors
from staff.views.deployment.base import ArrangerMixin


class ChooseView(ArrangerMixin, TemplateView):
    """The candidates for one need, those whose turn it is first, with the reason why; ticked ones are proposed."""

    template_name = "staff/round_choose.html"
    a_page = 30

    def prepare(self):
        """The round, the filters, and the candidates' standings."""
        self.round, self.day = self.open_round(), timezone.localdate()
        held = access.roles(self.request.user)
        q = reach(held)
        self.sent_from = Unit.objects.filter(q) if q is not None else Unit.objects.none()
        needs = self.round.needs.select_related("host_unit").with_filled().order_by("host_unit__path", "pk")
        self.needs = list(needs)
        short = [need for need in self.needs if need.filled < need.headcount]
        first = next(iter(short or self.needs), None)
        self.filter = CandidateFilter(self.request.GET, needs=self.needs, units=self.sent_from, first=first)
        wanted = self.filter.value("need")
        self.need = next((one for one in self.needs if str(one.pk) == wanted), first)
        scope = held.unit_q("unit", *ARRANGERS)
        self.people = Member.objects.filter(scope) if scope is not None else Member.objects.none()
        if self.need:
            self.people = self.people.exclude(unit=self.need.host_unit_id)

    def days(self):
        """From today or the round's first day, to its last."""
        starts = max(self.round.starts, self.day)
        return {"starts": min(starts, self.round.ends or starts), "ends": self.round.ends}

    def standings(self, starts, ends):
        """The candidates that the filters leave, ranked."""
        people, show = self.people, self.filter.value("show")
        if text := self.filter.value("q"):
            people = people.matching(text)
        if unit := self.filter.value("unit"):
            people = people.filter(unit__path__startswith=unit.path)
        found = choosing.standings(round=self.round, people=people, day=self.day)
        if show == CandidateFilter.ALL:
            return found
        serving = Posting.objects.within(starts, ends).order_by().values_list("member", flat=True)
        busy = set(serving)
        found = [one for one in found if one.pk not in busy and not one.here]
        return [one for one in found if one.proposed] if show is None else found

    def render(self, form=None, errors=None, status=200):
        """The page with its candidates; what was ticked and written stays."""
        days = self.days()
        if form is not None and form.is_bound:
            days |= {name: day for name in days if (day := form.cleaned_data.get(name))}
        ranked = self.standings(days["starts"], days["ends"] or days["starts"]) if self.need else []
        ticked = {key for key in form.data.getlist("picks") if key.isdecimal()} if form is not None else set()
        if ticked:
            # Those ticked come first, also one whom somebody else has chosen meanwhile.
            mine = choosing.standings(round=self.round, people=self.people.filter(pk__in=ticked), day=self.day)
            ranked = mine + [one for one in ranked if str(one.pk) not in ticked]
        page = Paginator(ranked, self.a_page).get_page(self.request.GET.get("page"))
        shown = choosing.candidates(
            standings=list(page), starts=days["starts"], ends=days["ends"] or days["starts"], day=self.day
        )
        rows = [
            {
                "candidate": one,
                "ticked": str(one.member.pk) in ticked,
                "reason": form.data.get(f"reason-{one.member.pk}", "") if form is not None else "",
                "errors": (errors or {}).get(one.member.pk, ()),
            }
            for one in shown
        ]
        context = {
            "round": self.round,
            "need": self.need,
            "missing": max(0, self.need.headcount - self.need.filled) if self.need else 0,
            "filter": self.filter,
            "rows": rows,
            "page_obj": page,
            "form": form if form is not None else ChoiceForm(initial=days, people=self.people),
        }
        return self.render_to_response(context, status=status)

    def get(self, request, *args, **kwargs):
        """The candidates."""
        self.prepare()
        return self.render()

    def post(self, request, *args, **kwargs):
        """Propose those ticked, all or none; each refusal stands beside its person."""
        self.prepare()
        form = ChoiceForm(request.POST, people=self.people.select_related("unit"))
        if self.need is None or not form.is_valid():
            return self.render(form, status=422)
        data = form.cleaned_data
        try:
            made = rounds.choose(
                need=self.need, picks=form.reasons(), starts=data["starts"], ends=data["ends"],
                by=request.user, day=self.day,
            )  # fmt: skip
        except RowErrors as error:
            form.add_error(None, error.messages)
            return self.render(form, {pk: wrong.messages for pk, wrong in error.rows.items()}, status=422)
        except ValidationError as error:
            put_errors(form, error)
            return self.render(form, status=422)
        text = _("已提出%(number)d人，待党建办批准后生效。")
        messages.success(request, text % {"number": len(made)})
        return redirect(self.round)


class PostingAddView(ArrangerMixin, FormView):
    """Put one person forward for a round, for a need or freely."""

    template_name = "staff/posting_form.html"
    form_class = forms.PostingForm

    def get_form_kwargs(self):
        """The round, and who asks."""
        self.round = self.open_round()
        return super().get_form_kwargs() | {"round": self.round, "user": self.request.user}

    def get_initial(self):
        """From tomorrow or the round's first day, to its last."""
        round = get_object_or_404(Round, pk=self.kwargs["pk"])
        return {
            "starts": max(round.starts, timezone.localdate()),
            "ends": round.ends,
            "need": self.request.GET.get("need"),
        }

    def get_context_data(self, **kwargs):
        """Add the round, which the form has found."""
        context = super().get_context_data(**kwargs)
        return context | {"round": self.round}

    def form_valid(self, form):
        """Propose; who serves elsewhere on one of the days is named beside the field."""
        try:
            posting = rosters.propose(round=self.round, by=self.request.user, **form.cleaned_data)
        except ValidationError as error:
            put_errors(form, error)
            return self.form_invalid(form)
        text = _("已提出%(name)s的派驻，待批准后生效。") % {"name": posting.member}
        messages.success(self.request, text)
        return redirect(self.round)

    def form_invalid(self, form):
        """The form with what is wrong."""
        return self.render_to_response(self.get_context_data(form=form), status=422)
