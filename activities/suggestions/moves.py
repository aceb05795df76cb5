"""The steps of a suggestion after it is logged. Each carries the state that its form showed: the second is told."""

from datetime import timedelta
from itertools import takewhile

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities import phrases
from activities.choices import OPEN_SUGGESTIONS, Rating, Verdict
from activities.choices import SuggestionState as State
from activities.models import Suggestion, SuggestionAuthor
from activities.suggestions import messages, sessions
from activities.suggestions.history import record
from activities.suggestions.table import DAYS, REASSIGN, RETURN_DAYS, TRANSITIONS
from staff import access
from staff.choices import AccessAction
from staff.models import AccessEvent
from staff.notifications import worded
from staff.workdays import add_working_days, working_days_between


def locked(suggestion, action, seen, by):
    """The suggestion as it is now, locked, if `by` may take this step from the state that they saw."""
    row = Suggestion.objects.select_for_update(of=("self",)).select_related("lead_unit", "organisation")
    row = row.get(pk=suggestion.pk)
    if row.state != seen:
        raise ValidationError(_what_happened(row), code="stale")
    step = TRANSITIONS[row.state].get(action)
    if step is None:
        raise ValidationError(
            _("“%(state)s”状态的建议不能进行此操作。") % {"state": row.get_state_display()}, code="state"
        )
    if not access.allowed(by, step.who, row):
        raise PermissionDenied
    return row, step


def _what_happened(row):
    run = takewhile(lambda event: event.state == row.state, row.events.select_related("by__member").order_by("-pk"))
    last = [*run][-1:]
    last = last[0] if last else None
    who = getattr(getattr(last.by, "member", None), "name", _("他人")) if last and last.by else _("他人")
    return _("未提交：该建议已由%(who)s办理到“%(state)s”。您填写的内容仍在下方，请核对后再操作。") % {
        "who": who,
        "state": row.get_state_display(),
    }


def move(row, state, *, action, text, by, at):
    """Bring a locked row to `state`, with the day by which the next step is due, and leave the step's two traces."""
    row.state = state
    if state in DAYS and state not in {State.ASSIGNED, State.IN_PROGRESS}:
        row.due = add_working_days(timezone.localdate(at), DAYS[state])
    elif state not in OPEN_SUGGESTIONS:
        row.due = row.due if state in {State.ANSWERED, State.CLOSED} else None
    row.full_clean(validate_unique=False)
    row.save()
    sessions.touch(row)
    return record(row, action=action, text=text, by=by, at=at)


@transaction.atomic
def accept(*, suggestion, seen, by, at=None):
    """立案: it will be assigned and answered."""
    at = at or timezone.now()
    row, step = locked(suggestion, "accept", seen, by)
    row.accepted_on = timezone.localdate(at)
    event = move(row, step.to, action="accept", text="", by=by, at=at)
    messages.tell_authors(row, messages.text_of(row, gettext_lazy("已立案")), key=event.pk, by=by)
    messages.tell(
        row, messages.office(), messages.text_of(row, gettext_lazy("已立案，待交办")), key=f"{event.pk}:office", but=by
    )
    return row


@transaction.atomic
def refuse(*, suggestion, reason, seen, by, at=None):
    """不予立案, with a reason that everybody reads."""
    row, step = locked(suggestion, "refuse", seen, by)
    event = move(row, step.to, action="refuse", text=_required(reason), by=by, at=at or timezone.now())
    messages.tell_authors(
        row, messages.text_of(row, lambda: _("不予立案：%(why)s") % {"why": reason}), key=event.pk, by=by
    )
    return row


@transaction.atomic
def assign(*, suggestion, lead_unit, assisting=(), due=None, seen, by, at=None):
    """交办 to a lead unit and assisting ones, with a day by which to answer (30 working days by default)."""
    at = at or timezone.now()
    day = timezone.localdate(at)
    row, step = locked(suggestion, "assign", seen, by)
    due = due or add_working_days(day, DAYS[State.ASSIGNED])
    if due < day:
        raise ValidationError({"due": _("办理期限不能早于今天。")})
    before = row.lead_unit if row.lead_unit_id != lead_unit.pk else None
    helpers = [unit for unit in assisting if unit.pk != lead_unit.pk]
    row.lead_unit, row.due, row.assigned_on = lead_unit, due, day
    phrase = phrases.ASSIGNED_WITH_HELP if helpers else phrases.ASSIGNED
    what = phrase.said(unit=lead_unit, units="、".join(map(str, helpers)))
    event = move(row, step.to, action="assign", text=what, by=by, at=at)
    row.assisting_units.set(helpers)
    messages.tell_authors(
        row, messages.text_of(row, lambda: _("已交办%(unit)s") % {"unit": lead_unit}), key=event.pk, by=by
    )
    asked = worded(gettext_lazy("交办贵单位，请于%(day)s前答复"), {"day": due})
    messages.tell(row, messages.management(lead_unit), messages.text_of(row, asked), key=f"{event.pk}:lead", but=by)
    if before is not None and step is REASSIGN:
        text = messages.text_of(row, lambda: _("已改派%(unit)s") % {"unit": lead_unit})
        messages.tell(row, messages.management(before), text, key=f"{event.pk}:before", but=by)
    for unit in helpers:
        text = messages.text_of(row, gettext_lazy("请贵单位会办"))
        messages.tell(row, messages.management(unit), text, key=f"{event.pk}:{unit.pk}", but=by)
    return row


@transaction.atomic
def return_(*, suggestion, reason, seen, by, at=None):
    """退回 by the lead unit, within ten working days and with a reason; it goes back to whoever assigns."""
    at = at or timezone.now()
    row, step = locked(suggestion, "return", seen, by)
    since = row.assigned_on or timezone.localdate(at)
    if working_days_between(since + timedelta(days=1), timezone.localdate(at)) > RETURN_DAYS:
        raise ValidationError(_("交办已超过%(n)d个工作日，不能退回。") % {"n": RETURN_DAYS}, code="late")
    unit = row.lead_unit
    facts = {"unit": unit, "why": _required(reason)}
    text = worded(gettext_lazy(phrases.RETURNED.words), facts)
    event = move(row, step.to, action="return", text=phrases.RETURNED.said(**facts), by=by, at=at)
    told = messages.deciders(row.organisation) | messages.office()
    messages.tell(row, told.distinct(), messages.text_of(row, text), key=event.pk, but=by)
    return row


@transaction.atomic
def start(*, suggestion, seen, by, at=None):
    """The lead unit takes it up."""
    row, step = locked(suggestion, "start", seen, by)
    event = move(row, step.to, action="start", text="", by=by, at=at or timezone.now())
    messages.tell_authors(row, messages.text_of(row, gettext_lazy("已开始办理")), key=event.pk, by=by)
    return row


@transaction.atomic
def note(*, suggestion, text, seen, by, at=None):
    """Progress of the lead unit, or the opinion of an assisting one; the state stays."""
    row, step = locked(suggestion, "note", seen, by)
    move(row, step.to, action="note", text=_required(text, "text"), by=by, at=at or timezone.now())
    return row


@transaction.atomic
def answer(*, suggestion, verdict, text, seen, by, at=None):
    """答复: what is done with it, and the reason that everybody reads. In time when given by the due date."""
    at = at or timezone.now()
    row, step = locked(suggestion, "answer", seen, by)
    row.verdict, row.answer = verdict, _required(text, "text")
    row.answered_on = timezone.localdate(at)
    row.answered_in_time = row.due is None or row.answered_on <= row.due
    label = Verdict(verdict).label
    event = move(
        row, step.to, action="answer", text=phrases.ANSWERED.said(verdict=label, answer=row.answer), by=by, at=at
    )
    messages.tell_authors(
        row, messages.text_of(row, lambda: _("已答复（%(verdict)s），请评价") % {"verdict": label}), key=event.pk, by=by
    )
    return row


@transaction.atomic
def rate(*, suggestion, rating, seen, by, at=None):
    """The author rates the answer; 不满意 sends it back to the unit once, afterwards any rating closes it."""
    at = at or timezone.now()
    row, step = locked(suggestion, "rate", seen, by)
    label = Rating(rating).label
    if rating != Rating.DISSATISFIED or row.reopened:
        row.rating = rating
        move(row, step.to, action="rate", text=phrases.RATED.said(rating=label), by=by, at=at)
        return row
    # What was answered stays in the history; the row waits for a new answer.
    row.reopened, row.verdict, row.answer = True, "", ""
    row.answered_on = row.answered_in_time = None
    row.due = add_working_days(timezone.localdate(at), DAYS[State.IN_PROGRESS])
    text = phrases.REOPENED.said(rating=label)
    event = move(row, State.IN_PROGRESS, action="reopen", text=text, by=by, at=at)
    if row.lead_unit_id:
        told = messages.management(row.lead_unit)
        messages.tell(row, told, messages.text_of(row, gettext_lazy("建议人不满意，请重新办理")), key=event.pk, but=by)
    return row


@transaction.atomic
def reveal(*, suggestion, by):
    """Who is behind an unnamed suggestion, for the party office alone; that it looked stands in three records."""
    if not access.allowed(by, "reveal", suggestion):
        raise PermissionDenied
    AccessEvent.objects.create(
        user=by,
        action=AccessAction.REVEALED,
        content_type=ContentType.objects.get_for_model(Suggestion),
        object_id=suggestion.pk,
        detail=suggestion.number,
    )
    record(suggestion, action="reveal", text=phrases.REVEALED.said(), by=by, at=timezone.now())
    return list(SuggestionAuthor.objects.filter(suggestion=suggestion).select_related("member__unit"))


def _required(text, field="reason"):
    if not text or not text.strip():
        raise ValidationError({field: _("请填写理由。") if field == "reason" else _("请填写内容。")})
    return text.strip()
