"""Arranging and changing an activity: what is usual is proposed, clashes are shown before it counts."""

from datetime import date

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from django.views.generic import FormView

from activities import clashes, fixed_days, planning, publishing
from activities.choices import ActivityState, ItemList, Kind
from activities.forms.activities import KEEPERS, ActivityForm, hosting, hosts_among, initial_of, when
from activities.forms.organisations import matching
from activities.models import AgreementItem, JointAgreement
from activities.views.activities import OPEN, kept
from staff.access import InsideMixin, inside, roles
from staff.forms.fields import put_errors
from staff.models import PartyOrganisation


class ActivityFormView(InsideMixin, FormView):
    """What arranging and changing share: the form, its suggestions, the clashes."""

    template_name = "activities/activity_form.html"
    form_class = ActivityForm
    activity = None

    def may_enter(self, held):
        """Those who arrange activities."""
        return held.holds(*KEEPERS)

    def get_form_kwargs(self):
        """The organisations of the reader's scope to choose from; an agreement already chosen stays a choice."""
        kwargs = super().get_form_kwargs() | {"user": self.request.user}
        return kwargs | {"agreement": kwargs["initial"].get("agreement")}

    def get_context_data(self, **kwargs):
        """Add the suggestions of titles and places, and what speaks against it once that was asked."""
        panel = getattr(self, "panel", {})
        context = super().get_context_data(activity=self.activity, shown=bool(panel), **panel, **kwargs)
        # What is offered is known once the form has been made.
        return context | {"offered": getattr(self, "offered", {})}

    def store(self, form, act):
        """Do it, or come back with what was typed and why it was refused."""
        try:
            activity = act(form.arguments())
        except ValidationError as error:
            put_errors(form, _for_form(error))
            return self.render_to_response(self.get_context_data(form=form), status=422)
        return redirect(activity)

    def form_invalid(self, form):
        """What is wrong, with the text kept."""
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def warned(self, form):
        """Whether clashes are to be shown before the activity is stored; those shown and confirmed do not hinder."""
        self.panel = panel_of(form, self.request.user, self.activity)
        # Sent again after it was shown, it counts as confirmed.
        self.panel["confirmed"] = True
        return self.panel["token"] not in {"", self.request.POST.get("clashes")}


def panel_of(form, user, activity=None):
    """What the panel of clashes shows for a valid form: how many are expected, and what speaks against it."""
    planned = clashes.gathering(**form.gathered(), apart_from=activity)
    found = clashes.of(planned, user=user)
    return {"expected": len(planned.expected), "clashes": found, "token": clashes.token(found)}


def _for_form(error):
    """A refusal that names a field of the record beside the field of the form that it comes from."""
    names = {"ends": "ends_at", "starts": "starts_at", "hosts": "co_hosts"}
    if not hasattr(error, "error_dict"):
        return error
    return ValidationError({names.get(name, name): errors for name, errors in error.error_dict.items()})


class ActivityCreateView(ActivityFormView):
    """Arrange an activity in under a minute: kind, title, day, time and place are proposed.

    `?like=` starts from another activity (`last`: the branch's latest of the kind), `?item=` from an item of a joint
    agreement, `?agreement=` from one as a whole; `?branch=`, `?kind=` and `?day=` from what a plan misses.
    """

    def get_initial(self):
        """What the branch usually does, on its next theme day; or what the address asks for."""
        asked, user = self.request.GET, self.request.user
        item = _item(user, asked["item"]) if asked.get("item") else None
        agreement = item.agreement if item else _agreement(user, asked["agreement"]) if asked.get("agreement") else None
        like = kept(user, asked["like"]) if asked.get("like", "").isdigit() else None
        self.organisation = like.lead if like else self._organisation(agreement)
        if self.organisation is None:
            return {}
        kind = asked.get("kind", "")
        kind = Kind(kind) if kind in Kind.values else Kind.JOINT if agreement else Kind.THEME_DAY
        on = timezone.localdate()
        self.offered = planning.proposal(self.organisation, on=on, kind=kind, day=_day(asked.get("day", "")))
        if asked.get("like") == "last":
            like = self.offered["like"]
        if like:
            return self._again(like, on)
        initial = when(self.offered["starts"], self.offered["ends"]) | {
            "lead": self.organisation.pk,
            "kinds": [kind],
            **{name: self.offered[name] for name in ("place", "agenda", "note")},
        }
        return initial | (_of_agreement(agreement, item, self.organisation) if agreement else {})

    def _organisation(self, agreement):
        """The organisation that leads: asked for, party to the agreement, one's own branch, or the first in scope."""
        organisations = list(hosting(self.request.user))
        wanted = self.request.GET.get("branch", "")
        member = roles(self.request.user).member
        parties = {party.pk for party in agreement.parties.all()} if agreement else set()
        choices = (
            lambda row: str(row.pk) == wanted,
            lambda row: agreement and row.pk == agreement.lead_id,
            lambda row: row.pk in parties,
            lambda row: member and row.pk == member.branch_id,
            lambda row: True,
        )
        return next((row for fits in choices for row in organisations if fits(row)), None)

    def _again(self, like, on):
        """The form as another activity filled it, on the next day of its kind."""
        planned, starts, ends = planning.again(like, on=on)
        if day := _day(self.request.GET.get("day", "")):
            moved = day - timezone.localdate(starts)
            planned, starts, ends = fixed_days.PlannedDay(day, day), starts + moved, ends + moved
        self.offered |= {"moved": fixed_days.move_in_words(planned), "copied": like}
        closes = like.sign_up_until and like.sign_up_until + (starts - like.starts)
        return initial_of(like) | when(starts, ends) | {"version": None, "sign_up_until": closes}

    def form_valid(self, form):
        """Store a draft, or arrange it and publish its page."""
        draft = self.request.POST.get("do") == "draft"
        if not draft and self.warned(form):
            return self.render_to_response(self.get_context_data(form=form))

        def act(arguments):
            activity = planning.arrange(**arguments, by=self.request.user, schedule=not draft)
            if not draft and activity.has_face:
                publishing.publish(activity=activity, by=self.request.user)
            messages.success(self.request, _("草稿已保存。") if draft else _("活动已安排并发布，已通知应到人员。"))
            return activity

        return self.store(form, act)


def _day(text):
    """The day that an address names, if it does."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _number(text):
    """The number that an address gives."""
    if not text.isdigit():
        raise Http404
    return int(text)


def _item(user, pk):
    """An item of an agreement that `user` may see."""
    return get_object_or_404(AgreementItem.objects.visible_to(user).select_related("agreement"), pk=_number(pk))


def _agreement(user, pk):
    """An agreement that `user` may see."""
    return get_object_or_404(JointAgreement.objects.visible_to(user), pk=_number(pk))


def _of_agreement(agreement, item, organisation):
    """What a joint agreement, and an item of it, says of the activity: title, hosts, partners, where it belongs."""
    parties = list(agreement.parties.all())
    project = item.pk if item and item.list == ItemList.PROJECT else None
    return {
        "title": item.title[:120] if item else "",
        "agreement": agreement.pk,
        "project": project,
        "co_hosts": [row for row in parties if not row.external and row.pk != organisation.pk],
        "partners": [row for row in parties if row.external],
    }


class ActivityEditView(ActivityFormView):
    """Change an activity; whoever was quicker is not overwritten."""

    def dispatch(self, request, *args, **kwargs):
        """Find the activity, if one keeps its record and it is not over."""
        if request.user.is_authenticated:
            self.activity = kept(request.user, kwargs["pk"])
            if self.activity.state not in OPEN:
                messages.error(request, _("活动已开展或已取消，不能修改。"))
                return redirect(self.activity)
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self):
        """As it stands."""
        return initial_of(self.activity)

    def form_valid(self, form):
        """Store the change, unless somebody else changed the activity since the form was opened."""
        if self.activity.state == ActivityState.SCHEDULED and self.warned(form):
            return self.render_to_response(self.get_context_data(form=form))

        def act(arguments):
            version = form.cleaned_data["version"]
            activity = planning.change(activity=self.activity, version=version, by=self.request.user, **arguments)
            messages.success(self.request, _("修改已保存。"))
            return activity

        return self.store(form, act)


@require_GET
@inside
def clash_panel(request):
    """What speaks against the day, time and place that stand in a form, before it is sent."""
    if not roles(request.user).holds(*KEEPERS):
        raise Http404
    apart = request.GET.get("apart", "")
    activity = kept(request.user, apart) if apart.isdigit() else None
    form = ActivityForm.of_gathering(request.GET, user=request.user)
    panel = panel_of(form, request.user, activity) if form.is_valid() else {}
    confirmed = bool(panel) and request.GET.get("clashes") == panel["token"]
    return render(request, "activities/_clashes.html", {**panel, "confirmed": confirmed})


@require_GET
@inside
def organisation_options(request):
    """Party organisations by name, as options: of one's own scope, of the bureau, or partners."""
    user = request.user
    if not roles(user).holds(*KEEPERS):
        raise Http404
    partners = PartyOrganisation.objects.filter(external=True)
    offers = {"own": hosting(user), "partners": partners}.get(request.GET.get("offers"), hosts_among())
    found = matching(offers, request.GET.get("q", "")[:40])
    return render(request, "activities/_organisation_options.html", {"organisations": found})
