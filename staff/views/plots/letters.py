"""Responsibility letters: drawn up, signed by both sides, answered for at year's end, printed."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import DetailView, FormView

from staff import access, letters
from staff.choices import LetterState
from staff.forms.fields import put_errors
from staff.forms.letters import IndicatorRows, LetterForm, ResultsForm
from staff.models import Assignment, Letter, Unit

FIRST_INDICATORS = (
    (gettext_lazy("走访覆盖率"), "100%"),
    (gettext_lazy("走访发现问题按期整改率"), gettext_lazy("95%以上")),
    (gettext_lazy("政策法规宣传"), gettext_lazy("每户2次")),
)


class LetterView(access.InsideMixin, DetailView):
    """A letter with its indicators, its signatures and what was reached."""

    template_name = "staff/letter.html"
    results = None

    def get_queryset(self):
        """Letters of plots of one's scope."""
        rows = Letter.objects.visible_to(self.request.user)
        return rows.select_related("assignment__plot__unit", "assignment__member__unit").prefetch_related("indicators")

    def get_context_data(self, **kwargs):
        """Add what the reader may do now."""
        letter, member = self.object, access.roles(self.request.user).member
        holds = member is not None and member.pk == letter.assignment.member_id
        keeps = access.allowed(self.request.user, "change", letter)
        both = letter.state in {LetterState.SIGNED, LetterState.ASSESSED}
        return super().get_context_data(
            **{
                "letter": letter,
                "version": letters.version(letter),
                "keeps": keeps,
                "signs_as_holder": holds and not letter.signed_by_holder_on,
                "signs_for_unit": keeps and not holds and not letter.signed_by_unit_on,
                "edits": keeps and not both,
                "results": ResultsForm(letter=letter) if keeps and both else None,
                **kwargs,
            }
        )


class LetterFormView(access.InsideMixin, FormView):
    """Draw a letter up for a holder, or word it anew before both have signed."""

    template_name = "staff/letter_form.html"
    form_class = LetterForm
    # The letter as it stands, beside what was typed when somebody else was faster.
    now = None

    def dispatch(self, request, *args, **kwargs):
        """Find the holding that one keeps, and its letter if it is to be changed."""
        if request.user.is_authenticated:
            rows = Assignment.objects.permitted(request.user, "change").filter(member__isnull=False)
            self.holding = get_object_or_404(rows.select_related("plot", "member"), pk=kwargs["pk"])
            self.letter = None
            if "letter" in kwargs:
                self.letter = get_object_or_404(self.holding.letters.all(), pk=kwargs["letter"])
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self):
        """The letter as it stands, or what the last one said."""
        source = self.letter or self.holding.letters.order_by("-year").first()
        year = self.letter.year if self.letter else timezone.localdate().year
        return {"year": year, "goals": source.goals if source else "", "seen": self.version()}

    def version(self):
        """What the form carries of the letter as it stands."""
        return letters.version(self.letter) if self.letter else ""

    def indicators(self, data=None):
        """The rows of indicators, as they were sent or as they stand."""
        if data is not None:
            return IndicatorRows(data, prefix="indicators")
        source = self.letter or self.holding.letters.order_by("-year").first()
        stood = source.indicators.values_list("name", "target") if source else FIRST_INDICATORS
        initial = [{"name": name, "target": target} for name, target in stood]
        return IndicatorRows(prefix="indicators", initial=initial)

    def get_context_data(self, **kwargs):
        """Add the holding and the rows."""
        kwargs.setdefault("rows", self.indicators())
        return super().get_context_data(holding=self.holding, letter=self.letter, now=self.now, **kwargs)

    def post(self, request, *args, **kwargs):
        """Store it, or come back with what was typed."""
        form, rows = self.get_form(), self.indicators(request.POST)
        if all([form.is_valid(), rows.is_valid()]):
            pairs = [(row["name"], row["target"]) for row in rows.cleaned_data if row.get("name")]
            try:
                letter = letters.draw_up(
                    assignment=self.holding, letter=self.letter, indicators=pairs, by=request.user, **form.cleaned_data
                )
            except ValidationError as error:
                put_errors(form, error)
                if getattr(error, "code", "") == "stale":
                    # It may be sent again once its author has seen what stands there now.
                    self.letter.refresh_from_db()
                    form.data = form.data.copy()
                    form.data["seen"] = self.version()
                    self.now = self.letter
            else:
                messages.success(request, _("目标责任书已保存。"))
                return redirect(letter)
        return self.render_to_response(self.get_context_data(form=form, rows=rows), status=422)


@require_POST
@access.inside
def sign(request, pk):
    """Sign as the holder or for the unit."""
    letter = get_object_or_404(Letter.objects.visible_to(request.user), pk=pk)
    side = request.POST.get("side")
    mine = access.allowed(request.user, "sign", letter)
    if side not in (letters.HOLDER, letters.UNIT) or not (mine or access.allowed(request.user, "change", letter)):
        raise Http404
    try:
        seen = request.POST.get("seen", "")
        letters.sign(letter=letter, side=side, seen=seen, day=timezone.localdate(), by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("已签订。"))
    return redirect(letter)


class ResultsView(LetterView):
    """Write down what was reached; on an error the page comes back with what was typed."""

    http_method_names = ["get", "post"]

    def get(self, request, *args, **kwargs):
        """The form is on the letter's page."""
        return redirect(self.kept())

    def kept(self):
        """The letter, if one keeps it."""
        rows = self.get_queryset().permitted(self.request.user, "change")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def post(self, request, *args, **kwargs):
        """Store the results."""
        self.object = self.kept()
        form = ResultsForm(request.POST, letter=self.object)
        if form.is_valid():
            try:
                letters.assess(
                    letter=self.object,
                    results=form.results(),
                    assessment=form.cleaned_data["assessment"],
                    day=timezone.localdate(),
                    by=request.user,
                )
            except ValidationError as error:
                put_errors(form, error)
            else:
                messages.success(request, _("完成情况已保存。"))
                return redirect(self.object)
        return self.render_to_response(self.get_context_data(results=form), status=422)


@require_safe
@access.inside
def word(request, pk):
    """The letter as a Word file."""
    rows = Letter.objects.visible_to(request.user).select_related("assignment__plot__unit", "assignment__member__unit")
    letter = get_object_or_404(rows, pk=pk)
    bureau = Unit.objects.filter(depth=1).order_by("path").values_list("name", flat=True).first() or ""
    sheet = letters.paper(letter, bureau)
    return sheet.response(f"{letter.year}年责任田目标责任书-{letter.assignment.plot.name}-{letter.assignment.holder}")
