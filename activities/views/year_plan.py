"""The year of a branch: what is asked for, what there is, drafts to be filled in and sent out."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from activities import clashes, fixed_days, planning, year_plan
from activities.choices import ActivityState
from activities.forms.activities import KEEPERS, hosting
from activities.forms.organisations import SHORT
from activities.forms.plans import FIRST_YEAR, LAST_YEAR, FixedDayForm, RowForm
from activities.views.activities import kept
from staff.access import InsideMixin, inside, roles
from staff.choices import OrganisationKind
from staff.forms.fields import put_errors


def planned_branches(user):
    """The branches whose year `user` plans."""
    return hosting(user).filter(kind=OrganisationKind.BRANCH)


def branch_of(request):
    """The branch that the address names by number or name, else one's own, else the first in scope."""
    user, wanted = request.user, request.GET.get("branch", "").strip()
    branches = planned_branches(user)
    if wanted:
        named = {"pk": wanted} if wanted.isdigit() and len(wanted) < 18 else {"name": wanted}
        return get_object_or_404(branches, **named)
    member = roles(user).member
    own = branches.filter(pk=member.branch_id).first() if member and member.branch_id else None
    branch = own or branches.first()
    if branch is None:
        raise Http404
    return branch


def year_of(request):
    """The year that the address names, else the present one."""
    wanted = request.GET.get("year", "")
    year = int(wanted) if wanted.isdigit() and len(wanted) == 4 else timezone.localdate().year
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404
    return year


def address(branch, year):
    """The plan's page of a branch and a year."""
    return f"{reverse('activities:plan')}?branch={branch.pk}&year={year}"


class YearPlanView(InsideMixin, TemplateView):
    """The twelve months of a branch; its drafts are filled in here, row by row, and sent out many at once."""

    template_name = "activities/year_plan.html"

    def may_enter(self, held):
        """Those who arrange activities."""
        return held.holds(*KEEPERS)

    def dispatch(self, request, *args, **kwargs):
        """Rows that were typed, chosen or refused come back as they were."""
        self.forms, self.refused, self.chosen, self.asks = {}, {}, set(), ""
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        """The plan with a form for each draft, and what speaks against each."""
        user, today = self.request.user, timezone.localdate()
        branch, year = branch_of(self.request), year_of(self.request)
        plan = year_plan.of(branch=branch, year=year, on=today)
        drafts = plan.drafts
        found = year_plan.clashes_of(plan, drafts, user=user)
        for row in drafts:
            row.form = self.forms.get(row.pk) or RowForm(activity=row)
            row.clashes = found[row.pk]
            row.refused = self.refused.get(row.pk, "")
            row.chosen = row.pk in self.chosen
        branches = list(planned_branches(user)[: SHORT + 1])
        return super().get_context_data(
            plan=plan,
            branch=branch,
            year=year,
            years=[year - 1, year, year + 1],
            today=today,
            branches=branches if 1 < len(branches) <= SHORT else [],
            many=len(branches) > SHORT,
            fixed=fixed_days.in_words(branch),
            fixed_form=getattr(self, "fixed_form", None) or FixedDayForm(initial=_fixed(branch)),
            asks=self.asks,
            places=list(dict.fromkeys(row.place for month in plan.months for row in month.activities if row.place))[:8],
            **kwargs,
        )

    def post(self, request):
        """Save the rows that were typed; throw away or send out those chosen."""
        branch, year = branch_of(request), year_of(request)
        rows = year_plan.of(branch=branch, year=year, on=timezone.localdate()).drafts
        drafts = {row.pk: row for row in rows}
        self.chosen = {int(pk) for pk in request.POST.getlist("chosen") if pk.isdigit()} & drafts.keys()
        saved = self._save(drafts.values())
        done, act = 0, {"publish": self._send_out, "discard": self._discard}.get(request.POST.get("do"))
        if act and not self.refused:
            done = act(branch, year, [drafts[pk] for pk in sorted(self.chosen)])
        if saved:
            messages.success(request, ngettext("已保存%(n)d项。", "已保存%(n)d项。", saved) % {"n": saved})
        if not self.refused and not self.asks:
            if act and not done:
                messages.warning(request, _("请先勾选草稿。"))
            return redirect(address(branch, year))
        return self.render_to_response(self.get_context_data(), status=422 if self.refused else 200)

    def _save(self, rows):
        """How many of the rows that came with the form were saved; those refused are kept as they were typed."""
        saved = 0
        for row in rows:
            form = RowForm(self.request.POST, activity=row)
            if not (form.sent and form.typed):
                continue
            if put_row(form, by=self.request.user):
                saved += 1
            else:
                self.forms[row.pk] = form
                self.refused[row.pk] = _("本行未保存。")
        return saved

    def _discard(self, branch, year, rows):
        done = self._each(rows, year_plan.discard)
        if done:
            messages.success(self.request, ngettext("已删除%(n)d项草稿。", "已删除%(n)d项草稿。", done) % {"n": done})
        return done

    def _send_out(self, branch, year, rows):
        """Send out the chosen; what speaks against them is shown once before."""
        plan = year_plan.of(branch=branch, year=year, on=timezone.localdate())
        chosen = [row for row in plan.drafts if row.pk in self.chosen]
        found = year_plan.clashes_of(plan, chosen, user=self.request.user)
        token = clashes.token([clash for pk in sorted(found) for clash in found[pk]])
        if token not in {"", self.request.POST.get("clashes")}:
            self.asks = token
            return 0
        done = self._each(chosen, year_plan.send_out)
        if done:
            text = ngettext("已安排并发布%(n)d项，已通知应到人员。", "已安排并发布%(n)d项，已通知应到人员。", done)
            messages.success(self.request, text % {"n": done})
        return done

    def _each(self, rows, act):
        """How many of `rows` went through; why others did not stands beside them."""
        done = 0
        for row in rows:
            try:
                act(activity=row, by=self.request.user)
            except ValidationError as error:
                self.refused[row.pk] = " ".join(error.messages)
            else:
                done += 1
                self.chosen.discard(row.pk)
        return done


def put_row(form, *, by):
    """Whether the row was saved; what was refused stands on the form."""
    if not form.is_valid():
        return False
    if form.activity.state != ActivityState.DRAFT:
        form.add_error(None, _("该活动已安排，请在活动页面修改。"))
        return False
    try:
        planning.change(activity=form.activity, by=by, **form.arguments())
    except ValidationError as error:
        put_errors(form, _for_row(error))
        return False
    return True


def _for_row(error):
    """A refusal that names a field of the record beside that of the row."""
    if not hasattr(error, "error_dict"):
        return error
    names = {"ends": "ends_at", "starts": "starts_at"}
    return ValidationError({names.get(name, name): errors for name, errors in error.error_dict.items()})


def _fixed(branch):
    return {"day": branch.theme_day, "week": branch.theme_week, "weekday": branch.theme_weekday}


@require_POST
@inside
def save_row(request, pk):
    """Save one row as soon as it is left; answers with its mark: saved and the new version, or what is wrong."""
    activity = kept(request.user, pk)
    form = RowForm(request.POST, activity=activity)
    saved = put_row(form, by=request.user)
    if not request.htmx:
        return HttpResponse(status=204 if saved else 422)
    if saved:
        activity.refresh_from_db()
        form = RowForm(activity=activity)
    return render(request, "activities/_plan_mark.html", {"form": form, "saved": saved})


@require_POST
@inside
def generate(request):
    """Make a draft of each meeting that the year still misses."""
    if not roles(request.user).holds(*KEEPERS):
        raise Http404
    branch, year = branch_of(request), year_of(request)
    made = year_plan.generate(
        branch=branch,
        year=year,
        by=request.user,
        on=timezone.localdate(),
        with_lectures=request.POST.get("lectures") == "together",
    )
    if made:
        text = ngettext("已生成%(n)d项草稿，请逐项填写主题。", "已生成%(n)d项草稿，请逐项填写主题。", len(made))
        messages.success(request, text % {"n": len(made)})
    else:
        messages.info(request, _("没有缺少的会议和活动。"))
    return redirect(address(branch, year))


@require_POST
@inside
def fix_day(request):
    """Hold the branch's theme day on another fixed day from now on; what is arranged already stays."""
    if not roles(request.user).holds(*KEEPERS):
        raise Http404
    branch, year = branch_of(request), year_of(request)
    form = FixedDayForm(request.POST)
    if form.is_valid():
        branch = fixed_days.fix(organisation=branch, by=request.user, **form.cleaned_data)
        messages.success(request, _("固定党日已设为%(day)s。") % {"day": fixed_days.in_words(branch)})
    else:
        messages.error(request, " ".join(error for errors in form.errors.values() for error in errors))
    return redirect(address(branch, year))
