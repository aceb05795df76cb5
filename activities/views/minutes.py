"""Minutes of one kind and host of an activity: written, saved as one types, read, printed."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.generic import FormView, TemplateView

from activities import access, account, minutes, minutes_paper, votes
from activities.choices import ActivityState, Kind, MinutesState
from activities.forms.minutes import (
    CorrectionForm,
    DecisionForm,
    FilesForm,
    MinutesForm,
    Speeches,
    as_typed,
)
from activities.models import Activity, Minutes
from staff.access import InsideMixin, allowed, inside, roles
from staff.forms.fields import put_errors

CALLED_OFF = (ActivityState.DRAFT, ActivityState.CANCELLED)


class Found:
    """The minutes that an address names, with what the reader may do to them; else nothing is found."""

    def __init__(self, user, pk, kind, host):
        self.activity = get_object_or_404(Activity.objects.visible_to(user).with_hosts(), pk=pk)
        self.organisation = next(
            (row.organisation for row in self.activity.hosts.all() if row.organisation_id == host), None
        )
        if self.organisation is None or kind not in {row.kind for row in self.activity.kinds.all()}:
            raise Http404
        self.kind = Kind(kind)
        rows = Minutes.objects.filter(activity=self.activity, kind=kind, organisation=self.organisation)
        self.row = rows.select_related("chair", "recorder", "changed_by__member").first()
        held = roles(user)
        self.member = held.member
        self.confirms = access.keeps_minutes(held, self.organisation)
        recorder = self.row is not None and held.member is not None and self.row.recorder_id == held.member.pk
        self.keeps = self.confirms or recorder
        if not self.keeps and (self.row is None or not allowed(user, "view", self.row)):
            raise Http404
        if self.row is not None:
            # What was fetched with its hosts and kinds serves the questions about the minutes, too.
            self.row.activity, self.row.organisation = self.activity, self.organisation

    @property
    def address(self):
        """The page of the minutes."""
        return reverse("activities:minutes", args=[self.activity.pk, self.kind, self.organisation.pk])

    @property
    def editable(self):
        """Whether the reader may write there now."""
        return self.keeps and not (self.row and self.row.is_locked) and self.activity.state not in CALLED_OFF

    def content(self):
        """All that minutes show, for the page, the print page and the paper."""
        row = self.row
        voters = votes.electorate(row) if row and self.editable else None
        return {
            "activity": self.activity,
            "kind": self.kind,
            "organisation": self.organisation,
            "several": len(self.activity.hosts.all()) * len(self.activity.kinds.all()) > 1,
            "minutes": row,
            "roll": minutes.roll(row)
            if row
            else minutes.roll_of(activity=self.activity, kind=self.kind, organisation=self.organisation),
            "speeches": row.speeches.all() if row else [],
            "voters": voters,
            "motions": votes.recorded(row, voters) if row else [],
            "decisions": row.decisions.select_related("owner") if row else [],
            "corrections": row.corrections.select_related("by__member") if row else [],
            "files": row.files.all() if row else [],
            "today": timezone.localdate(),
        }


def written(user, pk, kind, host):
    """The minutes of an address, if `user` writes them and somebody has begun them."""
    found = Found(user, pk, kind, host)
    if not found.keeps:
        raise Http404
    if found.row is None:
        raise Http404
    return found


class MinutesMixin(InsideMixin):
    """Views of the minutes that an address names."""

    def dispatch(self, request, *args, **kwargs):
        """Find them."""
        if request.user.is_authenticated:
            self.found = Found(request.user, kwargs["pk"], kwargs["kind"], kwargs["host"])
        return super().dispatch(request, *args, **kwargs)


class MinutesListView(InsideMixin, TemplateView):
    """The minutes of an activity: one for each kind and host, with how far they are."""

    template_name = "activities/minutes_list.html"

    def get_context_data(self, **kwargs):
        """Those that the reader may read, and those that they are to begin."""
        user = self.request.user
        rows = Minutes.objects.visible_to(user).select_related("chair", "recorder")
        activity = get_object_or_404(
            Activity.objects.visible_to(user).with_hosts().prefetch_related(Prefetch("minutes", rows)),
            pk=self.kwargs["pk"],
        )
        known = {(row.kind, row.organisation_id): row for row in activity.minutes.all()}
        held, found = roles(user), []
        for host in activity.hosts.all():
            keeps = access.keeps_minutes(held, host.organisation)
            for kind in activity.kinds.all():
                row = known.get((kind.kind, host.organisation_id))
                if row is not None or (keeps and activity.state not in CALLED_OFF):
                    found.append((kind, host.organisation, row))
        if not found:
            raise Http404
        return super().get_context_data(activity=activity, rows=found, signed=MinutesState.SIGNED, **kwargs)


@require_safe
@inside
def of_lead(request, pk, kind):
    """The minutes of a kind by their short address: those of the reader's own host, else those of the lead."""
    activity = get_object_or_404(Activity.objects.visible_to(request.user).with_hosts(), pk=pk)
    hosts, held = [host.organisation for host in activity.hosts.all()], roles(request.user)
    own = next((host for host in hosts if access.keeps_minutes(held, host)), activity.lead)
    return redirect(Found(request.user, pk, kind, own.pk).address)


class MinutesView(MinutesMixin, FormView):
    """The minutes for those who may read them; the form for those who write them until they are signed."""

    template_name = "activities/minutes.html"
    form_class = MinutesForm

    def get_initial(self):
        """The draft as it stands; new minutes begin with the agenda that was sent."""
        row = self.found.row
        if row is None:
            return {"version": 0, "agenda": self.found.activity.agenda, "recorder": as_typed(self.found.member)}
        return {
            "version": row.version,
            "chair": as_typed(row.chair),
            "recorder": as_typed(row.recorder),
            "agenda": row.agenda,
            "text": row.text,
        }

    def get_speeches(self):
        """The rows of speeches, sent or as they stand."""
        if self.request.method == "POST":
            return Speeches(self.request.POST, prefix="speech")
        row = self.found.row
        stored = row.speeches.select_related("member") if row else []
        initial = [
            {"speaker": as_typed(speech.member) if speech.member else speech.name, "said": speech.text}
            for speech in stored
        ]
        return Speeches(prefix="speech", initial=initial)

    def get_context_data(self, **kwargs):
        """The minutes, who came, and what may be done."""
        found, user = self.found, self.request.user
        if "speech_forms" not in kwargs:
            kwargs["speech_forms"] = self.get_speeches() if found.editable else None
        content = found.content()
        row, voters = found.row, content["voters"]
        return super().get_context_data(
            **content,
            keeps=found.keeps,
            confirms=found.confirms,
            editable=found.editable,
            signs=bool(row) and bool(minutes.signer_parts(row, found.member)),
            decision_form=DecisionForm(prefix="decision"),
            correction_form=CorrectionForm(prefix="correction"),
            files_form=FilesForm(prefix="files"),
            left_out=bool(voters and (voters.left_out or voters.waiting or voters.proposed)),
            tells=found.keeps and account.may_tell(activity=found.activity, user=user) and bool(row),
            store_key=f"minutes:{user.pk}:{found.activity.pk}:{found.kind}:{found.organisation.pk}",
            **kwargs,
        )

    def post(self, request, *args, **kwargs):
        """Only those who write the minutes save them."""
        if not self.found.keeps:
            raise Http404
        self.quietly = "application/json" in request.headers.get("accept", "")
        return super().post(request, *args, **kwargs)

    def form_valid(self, form):
        """Store the draft, unless somebody was quicker."""
        return self.store(form)

    def form_invalid(self, form):
        """While one is still typing a name, the rest is stored; a form that was sent comes back with what is wrong."""
        if self.quietly and set(form.errors) <= {"chair", "recorder"}:
            return self.store(form)
        return self.refuse(form, self.get_speeches())

    def store(self, form):
        """Save what the form holds; a person's name that is not clear yet leaves the one before it."""
        speech_forms, row, data = self.get_speeches(), self.found.row, form.cleaned_data
        if not speech_forms.is_valid():
            return self.refuse(form, speech_forms)
        people = {
            part: data[part] if part in data else (getattr(row, part) if row else None)
            for part in ("chair", "recorder")
        }
        try:
            saved = minutes.save(
                activity=self.found.activity,
                kind=self.found.kind,
                organisation=self.found.organisation,
                version=data["version"],
                agenda=data["agenda"],
                text=data["text"],
                speeches=speech_forms.speeches(),
                at=timezone.now(),
                by=self.request.user,
                **people,
            )
        except ValidationError as error:
            if getattr(error, "code", None) == "stale":
                return self.meet(form, speech_forms, error)
            put_errors(form, error)
            return self.refuse(form, speech_forms)
        if self.quietly:
            at = timezone.localtime(saved.changed_at)
            return JsonResponse({"version": saved.version, "revision": saved.revision, "at": f"{at:%H:%M}"})
        messages.success(self.request, _("会议记录已保存。"))
        return redirect(self.found.address)

    def meet(self, form, speech_forms, error):
        """Somebody was quicker: both texts are shown, what was typed stays, and saving again is a choice."""
        self.found = Found(self.request.user, self.kwargs["pk"], self.kwargs["kind"], self.kwargs["host"])
        row, data = self.found.row, form.cleaned_data
        said = "\n".join(f"{name}：{text}" for _member, name, text in speech_forms.speeches())
        theirs = "\n".join(f"{speech.name}：{speech.text}" for speech in row.speeches.all())
        fields = [(_("议程"), data["agenda"], row.agenda), (_("会议内容"), data["text"], row.text)]
        fields += [(_("发言"), said, theirs)]
        fields += [
            (label, as_typed(data.get(part)), as_typed(getattr(row, part)))
            for label, part in ((_("主持人"), "chair"), (_("记录人"), "recorder"))
        ]
        context = {
            "minutes": row,
            "theirs": [(label, other) for label, mine, other in fields if mine != other],
            "address": self.found.address,
        }
        if self.quietly:
            html = render_to_string("activities/_minutes_theirs.html", context, request=self.request)
            return JsonResponse({"version": row.version, "html": html}, status=409)
        form.data = form.data.copy()
        form.data["version"] = row.version
        put_errors(form, error)
        return self.render_to_response(
            self.get_context_data(form=form, speech_forms=speech_forms, theirs=context["theirs"]), status=422
        )

    def refuse(self, form, speech_forms):
        """What is wrong, with the text kept."""
        if self.quietly:
            wrong = [message for errors in form.errors.values() for message in errors]
            return JsonResponse({"errors": wrong or [_("内容有误，未能保存。")]}, status=422)
        unsaved = [] if self.found.editable else self.unsaved(speech_forms)
        context = self.get_context_data(form=form, speech_forms=speech_forms, unsaved=unsaved)
        return self.render_to_response(context, status=422)

    def unsaved(self, speech_forms):
        """What was typed into a form that is not there any more, to be copied from the page."""
        said = speech_forms.speeches() if speech_forms.is_valid() else []
        typed = [(_("议程"), self.request.POST.get("agenda", "")), (_("会议内容"), self.request.POST.get("text", ""))]
        typed.append((_("发言"), "\n".join(f"{name}：{text}" for _member, name, text in said)))
        return [(label, text) for label, text in typed if text.strip()]


class MinutesPrintView(MinutesMixin, TemplateView):
    """The minutes as a page to print."""

    template_name = "activities/minutes_print.html"

    def get_context_data(self, **kwargs):
        """All that they hold; what nobody has begun has no print."""
        if self.found.row is None:
            raise Http404
        return super().get_context_data(**self.found.content())


@require_safe
@inside
def paper(request, pk, kind, host):
    """The minutes as a Word file."""
    found = Found(request.user, pk, kind, host)
    if found.row is None:
        raise Http404
    return minutes_paper.write(found.content())
