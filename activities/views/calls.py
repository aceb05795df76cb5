"""Calling an activity: the secretary's page of who is expected and what they answer; one's own answer and place."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy
from django.views.decorators.http import require_POST
from django.views.generic import FormView, TemplateView

from activities import answers, calls, expected, rolls, signups
from activities.choices import ActivityState, AnswerState, AttendanceState, ListChangeKind, SignUpState
from activities.forms.calls import AddForm, LeaveForm
from activities.models import Activity, ListChange
from activities.views.activities import KeptActivityMixin, kept
from staff.access import InsideMixin, inside, roles
from staff.models import Member

PAGE = 50
EXPECTED = Q(state=AttendanceState.EXPECTED)
NO_INVITATION = Q(invitation__isnull=True)
# The parts of the list that the secretary looks at, each with the rows that belong to it.
PARTS = {
    "": (pgettext_lazy("expected", "全部"), Q()),
    "open": (
        pgettext_lazy("answer", "未答复"),
        EXPECTED & (NO_INVITATION | Q(invitation__answer__in=(AnswerState.OPEN, AnswerState.REFUSED))),
    ),
    "unread": (
        pgettext_lazy("answer", "未查看"),
        Q(invitation__called_at__isnull=False, invitation__opened_at__isnull=True),
    ),
    "coming": (
        pgettext_lazy("answer", "参加"),
        Q(invitation__answer=AnswerState.COMING) & ~Q(state=AttendanceState.LEAVE),
    ),
    "leave": (pgettext_lazy("answer", "请假"), Q(state=AttendanceState.LEAVE)),
    "unreachable": (
        pgettext_lazy("answer", "无账号"),
        Q(member__user__isnull=True) | Q(member__user__is_active=False),
    ),
}


@dataclass(frozen=True)
class Line:
    """One person on the secretary's page."""

    member: Member
    row: object = None
    added: bool = False
    proposed: str = ""

    @property
    def invitation(self):
        """What they were sent and answer; None before."""
        return getattr(self.row, "invitation", None)

    @property
    def on_leave(self):
        """Whether the list says leave."""
        return self.row is not None and self.row.state == AttendanceState.LEAVE

    @property
    def asks(self):
        """Whether their leave waits for a decision."""
        return not self.on_leave and self.invitation is not None and self.invitation.answer == AnswerState.ASKED

    @property
    def reachable(self):
        """Whether the notice reaches them in the portal."""
        return self.member.user is not None and self.member.user.is_active


class CallView(KeptActivityMixin, TemplateView):
    """Who is expected and why, who has opened the notice, what they answer; leave decided with one touch."""

    template_name = "activities/call.html"

    def get_context_data(self, **kwargs):
        """The list as it is, or for a draft as it would be; what waits for a decision stands above it."""
        activity, now = self.activity, timezone.now()
        draft = activity.state == ActivityState.DRAFT
        changes = list(activity.list_changes.select_related("member__unit"))
        self.added = {change.member_id for change in changes if change.kind == ListChangeKind.ADDED}
        part = self.request.GET.get("show", "")
        if part not in PARTS:
            raise Http404
        page = Paginator(self.members() if draft else self.rows(PARTS[part][1]), PAGE).get_page(
            self.request.GET.get("page")
        )
        away = {} if draft else answers.proposals(activity)
        if draft:
            away = rolls.deployed(members=[member.pk for member in page.object_list], day=activity.day)
        lines = [self.line(found, draft, away) for found in page.object_list]
        asking = [] if draft else [self.line(row, draft, {}) for row in self.rows(self.waits)]
        proposed = Member.objects.filter(pk__in=away).select_related("unit", "user").order_by("spelling", "pk")
        return super().get_context_data(
            draft=draft,
            editable=activity.state in (ActivityState.DRAFT, ActivityState.SCHEDULED) and now < activity.starts,
            decides=activity.state in (ActivityState.SCHEDULED, ActivityState.HELD),
            standing=None if draft else calls.standing(activity),
            page_obj=page,
            lines=lines,
            parts=[(name, label) for name, (label, _q) in PARTS.items()],
            part=part,
            asking=asking,
            proposed=[] if draft else [(member, away[member.pk]) for member in proposed],
            left_out=[change for change in changes if change.kind == ListChangeKind.LEFT_OUT],
            added=[change for change in changes if change.kind == ListChangeKind.ADDED],
            waiting=list(
                activity.sign_ups.filter(state=SignUpState.WAITING).select_related("member__unit")
                if activity.sign_up
                else []
            ),
            add_form=kwargs.pop("add_form", None) or AddForm(),
            **kwargs,
        )

    waits = Q(invitation__answer=AnswerState.ASKED) & ~Q(state=AttendanceState.LEAVE)

    def rows(self, q):
        """Rows of the list, by name."""
        rows = self.activity.attendances.filter(q).select_related("member__unit", "member__user", "invitation")
        return rows.order_by("member__spelling", "pk")

    def members(self):
        """Who would be called, for a draft."""
        people = calls.expected_members(self.activity).select_related("unit", "user")
        return people.order_by("spelling", "pk")

    def line(self, found, draft, away):
        """A row or, for a draft, a member, as it is shown."""
        member = found if draft else found.member
        return Line(member, None if draft else found, member.pk in self.added, away.get(member.pk, ""))


def _back(request, activity):
    """Where somebody came from on the page of the call, its filter and page kept."""
    target = request.POST.get("next", "")
    if target.startswith(reverse("activities:call", args=[activity.pk])) and url_has_allowed_host_and_scheme(
        target, None
    ):
        return redirect(target)
    return redirect("activities:call", activity.pk)


def _keeping(request, pk, act, done):
    """What a keeper does on the page of the call: do it, or say why not."""
    activity = kept(request.user, pk)
    try:
        result = act(activity=activity, at=timezone.now(), by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, done(result) if callable(done) else done)
    return _back(request, activity)


@require_POST
@inside
def add(request, pk):
    """Expect somebody by name."""
    form = AddForm(request.POST)

    def act(**given):
        if not form.is_valid():
            raise ValidationError(form.errors["person"])
        expected.add(member=form.cleaned_data["person"], **given)

    return _keeping(request, pk, act, _("已增列并通知本人。"))


def _listed(request, activity):
    """The person meant, if one is on the list or would be."""
    number = request.POST.get("member", "")
    on_list = Q(pk__in=activity.attendances.order_by().values("member"))
    would_be = Q(pk__in=calls.expected_members(activity).order_by().values("pk"))
    waiting = Q(pk__in=activity.sign_ups.order_by().values("member"))
    people = Member.objects.filter(on_list | would_be | waiting).select_related("user")
    return get_object_or_404(people, pk=int(number) if number.isdecimal() and len(number) < 18 else 0)


@require_POST
@inside
def leave_out(request, pk):
    """Do not expect somebody, with a reason."""

    def act(activity, **given):
        reason = request.POST.get("reason", "")
        expected.leave_out(activity=activity, member=_listed(request, activity), reason=reason, **given)

    return _keeping(request, pk, act, _("已不列入名单，可在“名单调整”中撤销。"))


@require_POST
@inside
def undo(request, pk, change):
    """Take a change of the list back."""

    def act(activity, **given):
        found = get_object_or_404(ListChange, pk=change, activity=activity)
        expected.undo_change(activity=activity, change=found, **given)

    return _keeping(request, pk, act, _("名单调整已撤销。"))


@require_POST
@inside
def remind(request, pk):
    """A second notice to those who have not opened the first."""

    def done(number):
        if not number:
            return _("没有需要提醒的人员，每人只提醒一次。")
        return ngettext("已提醒%(number)d人。", "已提醒%(number)d人。", number) % {"number": number}

    return _keeping(request, pk, calls.remind_unopened, done)


@require_POST
@inside
def decide(request, pk):
    """Give or refuse leave."""
    approves = request.POST.get("do") == "approve"

    def act(activity, **given):
        act = answers.approve if approves else answers.refuse
        member, reason = _listed(request, activity), request.POST.get("reason", "")
        return act(activity=activity, member=member, reason=reason, **given)

    return _keeping(request, pk, act, _("已准假，名单已登记请假。") if approves else _("已告知本人不准假的原因。"))


@require_POST
@inside
def approve_proposals(request, pk):
    """Give leave to all who are deployed and have not answered."""

    def done(number):
        return ngettext("已为%(number)d人登记请假。", "已为%(number)d人登记请假。", number) % {"number": number}

    return _keeping(request, pk, answers.approve_proposals, done)


def _seen(user, pk):
    """An activity that `user` may see."""
    return get_object_or_404(Activity.objects.visible_to(user), pk=pk)


class AnswerView(InsideMixin, FormView):
    """One's own answer: coming with one touch, or leave with its reason."""

    template_name = "activities/answer.html"
    form_class = LeaveForm

    def dispatch(self, request, *args, **kwargs):
        """Find the activity and one's own place on its list."""
        if request.user.is_authenticated:
            self.activity = _seen(request.user, kwargs["pk"])
            self.member = roles(request.user).member
            rows = self.activity.attendances.filter(member=self.member).select_related("invitation")
            self.row = rows.first() if self.member else None
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, *args, **kwargs):
        """The form of leave, for who is on the list and may still answer."""
        if not answers.may_answer(activity=self.activity, row=self.row, at=timezone.now()):
            messages.error(request, _("您不在应到名单中，或活动已开始，不能申请请假。"))
            return redirect(self.activity)
        return super().get(request, *args, **kwargs)

    def get_initial(self):
        """What was asked before, or one's posting."""
        asked = getattr(self.row, "invitation", None)
        if asked is not None and asked.reason:
            return {"reason": asked.reason}
        away = rolls.deployed(members=[self.member.pk], day=self.activity.day) if self.member else {}
        return {"reason": away.get(self.member.pk, "") if self.member else ""}

    def get_context_data(self, **kwargs):
        """Add the activity."""
        return super().get_context_data(activity=self.activity, row=self.row, **kwargs)

    def post(self, request, *args, **kwargs):
        """Coming is said by a button alone."""
        if request.POST.get("do") == "coming":
            return self.answer(coming=True)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form):
        """Ask for leave."""
        return self.answer(coming=False, reason=form.cleaned_data["reason"])

    def form_invalid(self, form):
        """What is missing, with the text kept."""
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def answer(self, **given):
        """Store the answer, or say why not."""
        try:
            if self.member is None:
                raise ValidationError(_("您的账号未关联人员信息。"))
            answers.answer(activity=self.activity, member=self.member, at=timezone.now(), **given)
        except ValidationError as error:
            messages.error(self.request, " ".join(error.messages))
        else:
            done = _("已答复参加。") if given["coming"] else _("请假已提交，审批结果会通知您。")
            messages.success(self.request, done)
        return redirect(self.activity)


def _own(request, pk, act, done):
    """What a member does for themselves at an activity that they see."""
    activity = _seen(request.user, pk)
    member = roles(request.user).member
    try:
        if member is None:
            raise ValidationError(_("您的账号未关联人员信息。"))
        result = act(activity=activity, member=member, at=timezone.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, done(result))
    return redirect(activity)


@require_POST
@inside
def sign_up(request, pk):
    """Take a place at an open activity."""

    def done(row):
        if row.state == SignUpState.WAITING:
            return _("名额已满，您已列入候补，有空额时按先后递补并通知您。")
        return _("报名成功。")

    return _own(request, pk, signups.sign_up, done)


@require_POST
@inside
def withdraw(request, pk):
    """Give the place back."""
    return _own(request, pk, signups.withdraw, lambda _row: _("已取消报名。"))
