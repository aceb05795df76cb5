"""The week board of a host unit, its shifts and who is on them, and swapping them."""

from datetime import timedelta
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from django.views.generic import FormView, TemplateView

from staff import access, shifts, swaps
from staff.choices import Role
from staff.forms.fields import put_errors
from staff.forms.shifts import BoardFilter, PlaceForm, ShiftForm, SwapForm
from staff.models import Posting, Shift, ShiftDuty, SwapRequest, Unit
from staff.views.lists import ScopedListView

KEEPERS = (Role.MANAGEMENT, Role.OFFICE)


def units_of(user, first, last):
    """The host units whose week from `first` to `last` the user reads: those with people in post or with shifts."""
    crews = Posting.objects.permitted(user, "crew").served().within(first, last)
    planned = Shift.objects.visible_to(user).between(first, last)
    found = crews.order_by().values("host_unit").union(planned.order_by().values("host_unit"))
    return Unit.objects.filter(pk__in=[row["host_unit"] for row in found])


def board_context(request, unit, first, error=None):
    """What the board shows of a host unit's week; `error` is (shift, text) of what was refused."""
    held = access.roles(request.user)
    return {
        "board": shifts.board(unit=unit, first=first, member=held.member),
        "keeps": held.over_unit(unit, *KEEPERS),
        "today": timezone.localdate(),
        "now": timezone.now(),
        "refused": {"shift": error[0].pk, "text": error[1]} if error else None,
    }


class BoardView(access.InsideMixin, TemplateView):
    """A host unit's week: days by shifts, who is on each; its management places people."""

    template_name = "staff/shift_board.html"

    def get_context_data(self, **kwargs):
        """The week of the chosen unit, and what waits to be swapped."""
        user, asked = self.request.user, self.request.GET
        first = shifts.monday(BoardFilter.day(asked))
        last = first + shifts.WEEK - timedelta(days=1)
        units = units_of(user, first, last)
        chosen = BoardFilter(asked, units=units)
        unit = chosen.value("unit") or self.first_of(units, last)
        context = {
            "filter": BoardFilter.showing(unit, first, units=units),
            "errors": chosen.errors,
            "unit": unit,
            "first": first,
            "last": last,
            "before": first - shifts.WEEK,
            "after": first + shifts.WEEK,
            "today": timezone.localdate(),
            "waiting": SwapRequest.objects.visible_to(user).open().count(),
        }
        if unit is not None:
            context |= board_context(self.request, unit, first)
        return super().get_context_data(**context, **kwargs)

    def first_of(self, units, last):
        """Where the reader serves that week, else the first unit."""
        member = access.roles(self.request.user).member
        mine = Posting.objects.served().within(last - shifts.WEEK, last).filter(member=member) if member else ()
        own = next((posting.host_unit_id for posting in mine), None)
        return next((unit for unit in units if unit.pk == own), None) or units.first()


def keepable(request, pk):
    """The shift, if one plans it."""
    rows = Shift.objects.permitted(request.user, "change").select_related("host_unit")
    return get_object_or_404(rows, pk=pk)


def answer(request, shift, error=None):
    """After a change: the board alone for a script, else its page; what was refused stands beside the person."""
    first = shifts.monday(shift.day)
    if not request.headers.get("HX-Request") and error is None:
        return redirect(shifts.address(shift))
    context = board_context(request, shift.host_unit, first, error)
    status = 422 if error else 200
    if request.headers.get("HX-Request"):
        return render(request, "staff/_shift_board.html", context, status=status)
    view = BoardView()
    view.setup(request)
    request.GET = {"unit": str(shift.host_unit_id), "week": first.isoformat()}
    return render(request, BoardView.template_name, view.get_context_data() | context, status=status)


@require_POST
@access.inside
def place(request, pk):
    """Put somebody on a shift, from the list of people or from another shift."""
    shift = keepable(request, pk)
    form = PlaceForm(request.POST, shift=shift)
    if not form.is_valid():
        return answer(request, shift, (shift, " ".join(form.non_field_errors()) or _("请选择在岗人员。")))
    data = form.cleaned_data
    try:
        in_a_row = shifts.place(shift=shift, posting=data["posting"], instead_of=data["duty"], by=request.user)
    except ValidationError as error:
        return answer(request, shift, (shift, " ".join(error.messages)))
    if in_a_row:
        text = ngettext("%(name)s已连续值班%(n)d天，请安排休息。", "%(name)s已连续值班%(n)d天，请安排休息。", in_a_row)
        messages.warning(request, text % {"name": data["posting"].member, "n": in_a_row})
    return answer(request, shift)


@require_POST
@access.inside
def take_off(request, pk):
    """Take somebody off a shift."""
    rows = ShiftDuty.objects.permitted(request.user, "delete").select_related("shift__host_unit")
    duty = get_object_or_404(rows, pk=pk)
    shifts.take_off(duty=duty, by=request.user)
    return answer(request, duty.shift)


class ShiftAddView(access.InsideMixin, FormView):
    """Plan a shift at a host unit, once or on several days in a row."""

    template_name = "staff/shift_form.html"
    form_class = ShiftForm

    def may_enter(self, held):
        """Those who plan shifts."""
        return held.holds(*KEEPERS)

    def dispatch(self, request, *args, **kwargs):
        """Find the host unit among those in one's scope."""
        if request.user.is_authenticated:
            held = access.roles(request.user)
            asked = request.GET.get("unit", "")
            self.unit = get_object_or_404(Unit, pk=asked) if asked.isdecimal() else held.member and held.member.unit
            if self.unit is None or not held.over_unit(self.unit, *KEEPERS):
                raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self):
        """The day of the column that one came from."""
        return {"day": BoardFilter.day({"week": self.request.GET.get("day")})}

    def get_context_data(self, **kwargs):
        """Where the shift is, and the way back."""
        query = urlencode({"unit": self.unit.pk, "week": self.get_initial()["day"].isoformat()})
        return super().get_context_data(unit=self.unit, back=f"{reverse('staff:shifts')}?{query}", **kwargs)

    def form_valid(self, form):
        """Plan it, or show what is wrong."""
        try:
            made = shifts.plan(host_unit=self.unit, by=self.request.user, **form.cleaned_data)
        except ValidationError as error:
            put_errors(form, error)
            return self.form_invalid(form)
        text = ngettext("已安排%(n)d个班次。", "已安排%(n)d个班次。", len(made))
        messages.success(self.request, text % {"n": len(made)})
        return redirect(shifts.address(made[0]))

    def form_invalid(self, form):
        """What was typed stays."""
        return self.render_to_response(self.get_context_data(form=form), status=422)


class ShiftView(access.InsideMixin, FormView):
    """Change a shift or call it off."""

    template_name = "staff/shift_form.html"
    form_class = ShiftForm

    def dispatch(self, request, *args, **kwargs):
        """Find the shift among those that one plans."""
        if request.user.is_authenticated:
            self.shift = keepable(request, kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        """What stands there now."""
        return super().get_form_kwargs() | {"repeats": False, "initial": ShiftForm.shown(self.shift)}

    def get_context_data(self, **kwargs):
        """The shift, and the way back."""
        off = self.shift.starts > timezone.now()
        facts = {"shift": self.shift, "unit": self.shift.host_unit, "may_discard": off}
        return super().get_context_data(**facts, back=shifts.address(self.shift), **kwargs)

    def form_valid(self, form):
        """Change it, or show what is wrong."""
        try:
            shift = shifts.edit(shift=self.shift, by=self.request.user, **form.cleaned_data)
        except ValidationError as error:
            put_errors(form, error)
            return self.form_invalid(form)
        messages.success(self.request, _("已保存。"))
        return redirect(shifts.address(shift))

    def form_invalid(self, form):
        """What was typed stays; the shift is shown as it is."""
        self.shift.refresh_from_db()
        return self.render_to_response(self.get_context_data(form=form), status=422)


@require_POST
@access.inside
def discard(request, pk):
    """Call a shift off."""
    shift = keepable(request, pk)
    back = shifts.address(shift)
    try:
        shifts.discard(shift=shift, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("班次已取消。"))
    return redirect(back)


# --- swaps ------------------------------------------------------------------------------------------------------------


class SwapListView(ScopedListView):
    """Requests to swap: one's own, those put to oneself, and those that one decides on; what waits stands first."""

    template_name = "staff/shift_swaps.html"

    def get_queryset(self):
        """Requests that the reader may see."""
        people = ("from_posting__member", "to_posting__member")
        rows = SwapRequest.objects.visible_to(self.request.user).select_related(
            "shift__host_unit", "return_shift", *people
        )
        return rows.waiting_first()

    def get_context_data(self, **kwargs):
        """Add what the reader may do to each."""
        context = super().get_context_data(**kwargs)
        user = self.request.user
        shown = SwapRequest.objects.filter(pk__in=[swap.pk for swap in context["object_list"]])
        may = {name: set(shown.permitted(user, name).values_list("pk", flat=True)) for name in
               ("answer", "decide", "withdraw")}  # fmt: skip
        return context | may


class SwapAskView(access.InsideMixin, FormView):
    """Ask a colleague to take one's shift."""

    template_name = "staff/shift_swap_form.html"
    form_class = SwapForm

    def dispatch(self, request, *args, **kwargs):
        """Find one's own duty."""
        if request.user.is_authenticated:
            rows = ShiftDuty.objects.permitted(request.user, "swap").select_related("shift__host_unit", "posting")
            self.duty = get_object_or_404(rows, pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        """The shift that is given away."""
        return super().get_form_kwargs() | {"duty": self.duty}

    def get_context_data(self, **kwargs):
        """The shift, and the way back."""
        return super().get_context_data(shift=self.duty.shift, back=shifts.address(self.duty.shift), **kwargs)

    def form_valid(self, form):
        """Ask, or show what is wrong."""
        try:
            swaps.ask(duty=self.duty, by=self.request.user, **form.cleaned_data)
        except ValidationError as error:
            put_errors(form, error)
            return self.form_invalid(form)
        messages.success(self.request, _("换班申请已发出，待对方同意。"))
        return redirect("staff:swaps")

    def form_invalid(self, form):
        """What was typed stays."""
        return self.render_to_response(self.get_context_data(form=form), status=422)


def _step(request, pk, action, run, done, **arguments):
    swap = get_object_or_404(SwapRequest.objects.permitted(request.user, action), pk=pk)
    try:
        run(swap=swap, by=request.user, **arguments)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, done)
    return redirect("staff:swaps")


@require_POST
@access.inside
def answer_swap(request, pk):
    """The colleague agrees or not."""
    agree = request.POST.get("agree") == "yes"
    return _step(request, pk, "answer", swaps.answer, _("已答复。"), agree=agree)


@require_POST
@access.inside
def decide_swap(request, pk):
    """The host unit approves or not."""
    approve = request.POST.get("approve") == "yes"
    return _step(request, pk, "decide", swaps.decide, _("已审批。"), approve=approve)


@require_POST
@access.inside
def withdraw_swap(request, pk):
    """Whoever asked takes it back."""
    return _step(request, pk, "withdraw", swaps.withdraw, _("已撤回。"))
