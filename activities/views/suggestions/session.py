"""A session's pages: for the room (screen), for phones (one field), for the recorder; and what the first two poll."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseNotModified, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import FormView

from activities import access as keys
from activities import suggestions
from activities.choices import ActivityState
from activities.forms.suggestions import RecordForm, SayForm, SessionForm, VoiceForm
from activities.models import Activity, Suggestion
from activities.suggestions import TOPICS, figures
from activities.views.suggestions.register import home_of, shown
from staff import access
from staff.codes import qr
from staff.forms.fields import put_errors


def of(request, pk, *, keeps=False):
    """The activity with its session, for whom it is there; `keeps` for those who keep its record alone."""
    rows = Activity.objects.visible_to(request.user).select_related("session").with_hosts()
    activity = get_object_or_404(rows, pk=pk)
    if keeps and not access.allowed(request.user, "change", activity):
        raise Http404
    return activity


def session_of(activity):
    """Its session, or None."""
    return getattr(activity, "session", None)


@require_safe
@access.inside
def session(request, pk):
    """The session's own page: its screens for who runs it, the phone's form, and what was said by topic."""
    activity = of(request, pk)
    rows = list(
        shown(Suggestion.objects.visible_to(request.user).filter(activity=activity)).order_by("topic", "number")
    )
    groups = {}
    for row in rows:
        groups.setdefault(row.topic_label, []).append(row)
    found, keeps = session_of(activity), access.allowed(request.user, "change", activity)
    context = {
        "activity": activity,
        "session": found,
        "count": len(rows),
        "groups": groups.items(),
        "keeps": keeps,
        "may_speak": access.roles(request.user).member is not None and suggestions.takes_voices(activity, found),
        "form": SessionForm(initial={"question": found.question if found else activity.title}) if keeps else None,
        "may_open": keeps and activity.state not in (ActivityState.DRAFT, ActivityState.CANCELLED),
        "figures": figures.outcomes(Suggestion.objects.filter(activity=activity), activity),
        "today": timezone.localdate(),
    }
    return render(request, "activities/session.html", context)


@require_POST
@access.inside
def open_session(request, pk):
    """Begin to take voices; the keeper comes to the recorder's page."""
    activity = of(request, pk, keeps=True)
    form = SessionForm(request.POST)
    try:
        if form.is_valid():
            suggestions.open_session(activity=activity, by=request.user, **form.cleaned_data)
            return redirect("activities:session_record", pk=pk)
        messages.error(request, _("请填写议题，最多120字。"))
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return redirect("activities:session", pk=pk)


@require_POST
@access.inside
def end_session(request, pk):
    """Take no more voices."""
    activity = of(request, pk, keeps=True)
    if session_of(activity):
        suggestions.end_session(session=activity.session, by=request.user)
        messages.success(request, _("已结束征集。建议都在台账中，等待立案。"))
    return redirect("activities:session", pk=pk)


@require_POST
@access.inside
def into_minutes(request, pk):
    """What each speaker said goes into the minutes, and the keeper with it."""
    activity = of(request, pk, keeps=True)
    kinds = [kind.kind for kind in activity.kinds.all()]
    kind = request.POST.get("kind") or (kinds[0] if kinds else "")
    if kind not in kinds:
        raise Http404
    try:
        found = suggestions.into_minutes(activity=activity, kind=kind, by=request.user)
    except PermissionDenied:
        raise Http404 from None
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("activities:session", pk=pk)
    messages.success(request, _("发言已写入会议记录，请核对。"))
    return redirect("activities:minutes", pk, kind, found.organisation_id)


@require_safe
@access.inside
def screen(request, pk):
    """The projector: the question, a code for phones, the voices as they come."""
    activity = of(request, pk)
    if session_of(activity) is None:
        raise Http404
    address = request.build_absolute_uri(reverse("activities:session_say", args=[pk]))
    context = {
        "activity": activity,
        "session": activity.session,
        "feed": suggestions.feed(activity=activity, after=0, everything=False),
        "key": keys.feed_key(request.user, activity),
        "address": address.partition("//")[2],
        "code": qr(address),
    }
    return render(request, "activities/session_screen.html", context)


@never_cache
@require_safe
def feed(request, pk):
    """What changed since `after`; nothing (304) most of the time. Three queries: sign-in, account, session."""
    everything = "all" in request.GET
    if not keys.holds_feed_key(request.user, pk, request.headers.get("X-Feed-Key", ""), everything=everything):
        answer = _checked(request, pk, everything)
        if answer is not None:
            return answer
    after = request.GET.get("after", "")
    after = int(after) if after.isascii() and after.isdecimal() and len(after) < 10 else 0
    found = suggestions.feed(activity=pk, after=after, everything=everything)
    if found is None:
        raise Http404
    if found.version < after:
        # Another database than the one that the screen has seen: begin again.
        found = suggestions.feed(activity=pk, after=0, everything=everything)
    elif found.version == after:
        return HttpResponseNotModified()
    return JsonResponse(
        {
            "version": found.version,
            "ended": found.ended,
            "question": found.question,
            "count": found.count,
            "voices": found.voices,
        }
    )


def _checked(request, pk, everything):
    """For a reader without a key: sign-in where it is wanted, 404 for those who may not; None lets them read."""
    if not request.user.is_authenticated:
        return access.to_sign_in(request)
    if not access.roles(request.user).inside:
        raise Http404
    of(request, pk, keeps=everything)
    return None


class SayView(access.InsideMixin, FormView):
    """The phone's form: one field. It posts once and gets one answer; the page itself never asks again."""

    template_name = "activities/session_say.html"
    form_class = SayForm
    keeps = False

    def dispatch(self, request, *args, **kwargs):
        """Find the session, and who speaks."""
        if request.user.is_authenticated and access.roles(request.user).inside:
            self.activity = of(request, kwargs["pk"], keeps=self.keeps)
            self.session = session_of(self.activity)
            self.member = access.roles(request.user).member
            if (self.member is None and not self.keeps) or (self.keeps and self.session is None):
                raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self):
        """A token for those without scripts; the phone makes its own."""
        return {"token": uuid.uuid4()}

    def form_valid(self, form):
        """Store it once. A session that is over keeps the text and offers to log it outside."""
        if not self.keeps and not suggestions.takes_voices(self.activity, self.session):
            form.add_error(None, _("征集已结束。内容已保留，可以作为日常建议提交。"))
            return self.refused(form, 409, ended=True)
        data = form.cleaned_data
        member = data.pop("speaker", None) or self.member
        try:
            row = suggestions.put_forward(
                **data,
                member=member,
                organisation=self.activity.lead or home_of(member),
                activity=self.activity,
                by=self.request.user,
            )
        except ValidationError as error:
            put_errors(form, error)
            return self.form_invalid(form)
        said = _("已收到，编号%(number)s。") % {"number": row.number}
        if wants_json(self.request):
            return JsonResponse({"said": said, "number": row.number}, status=201)
        messages.success(self.request, said)
        return redirect(self.request.path)

    def form_invalid(self, form):
        """Say what is wrong, and keep what was typed."""
        return self.refused(form, 422)

    def refused(self, form, status, ended=False):
        """The errors, as the asker can read them."""
        if wants_json(self.request):
            errors = [error for errors in form.errors.values() for error in errors]
            return JsonResponse({"errors": errors, "ended": ended}, status=status)
        return self.render_to_response(self.get_context_data(form=form, ended=ended), status=422)

    def get_context_data(self, **kwargs):
        """Add the session, and whether it takes voices."""
        takes = suggestions.takes_voices(self.activity, self.session)
        return super().get_context_data(activity=self.activity, session=self.session, takes=takes, **kwargs)


class RecordView(SayView):
    """The recorder's page: enters for speakers, puts voices into words, shows them, merges doubles."""

    template_name = "activities/session_record.html"
    form_class = RecordForm
    keeps = True

    def get_context_data(self, **kwargs):
        """Add the voices."""
        return super().get_context_data(
            feed=suggestions.feed(activity=self.activity, after=0, everything=True),
            key=keys.feed_key(self.request.user, self.activity, everything=True),
            topics=TOPICS,
            **kwargs,
        )


def wants_json(request):
    """Whether a script asks, rather than a page."""
    return "application/json" in request.headers.get("Accept", "")


@require_POST
@access.inside
def voice(request, pk, suggestion, act):
    """What the recorder does to one voice: `edit`, `show`, `hide` or `merge`."""
    of(request, pk, keeps=True)
    row = get_object_or_404(Suggestion.objects.visible_to(request.user), pk=suggestion, activity=pk)
    form = VoiceForm(request.POST, act=act, activity=pk)
    errors, status = [], 200
    try:
        if form.is_valid():
            DO[act](row, form.cleaned_data, request.user)
        else:
            errors, status = [error for errors in form.errors.values() for error in errors], 422
    except PermissionDenied:
        raise Http404 from None
    except ValidationError as error:
        errors, status = error.messages, 409 if getattr(error, "code", "") == "stale" else 422
    if wants_json(request):
        return JsonResponse({"errors": errors}, status=status)
    for error in errors:
        messages.error(request, error)
    return redirect("activities:session_record", pk=pk)


DO = {
    "edit": lambda row, data, by: suggestions.edit_voice(
        suggestion=row, text=data["text"], topic=data["topic"], seen=data["seen"], by=by
    ),
    "show": lambda row, data, by: suggestions.show_voice(suggestion=row, shown=True, by=by),
    "hide": lambda row, data, by: suggestions.show_voice(suggestion=row, shown=False, by=by),
    "merge": lambda row, data, by: suggestions.merge(suggestion=row, into=data["into"], seen=row.state, by=by),
}
