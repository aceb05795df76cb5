"""Voices in a room: a session is opened and ended by its keeper; screen and recorder ask what changed since.

Nothing is kept in a process. The session's row counts its changes, each voice knows the count at its own last change,
and one query answers a poll: the session's state with the voices that changed after the count the screen has seen.
"""

from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Count, FilteredRelation, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import log

from activities import minutes
from activities.access import keeps_minutes
from activities.choices import ActivityState, AuthorPart, SuggestionState
from activities.models import Minutes, Suggestion, SuggestionAuthor, SuggestionSession, Voice
from activities.suggestions import messages
from activities.suggestions.history import record
from staff import access
from staff.models import Member
from staff.notifications import worded


@dataclass(frozen=True)
class Feed:
    """What a poll is answered: where the session stands, and the voices that changed."""

    version: int
    ended: bool
    question: str
    count: int
    voices: list = field(default_factory=list)


def session_of(activity):
    """The activity's session, or None."""
    return SuggestionSession.objects.filter(activity=activity).first()


def takes_voices(activity, session=None):
    """Whether a member may still speak: the session is open, or there is none and the activity is not over."""
    if activity.state == ActivityState.CANCELLED:
        return False
    if session is None:
        session = session_of(activity)
    return session.is_open if session else activity.ends >= timezone.now()


@transaction.atomic
def open_session(*, activity, question, moderated=False, by, at=None):
    """Begin to take voices on `question`; a session that was ended goes on. Opened twice, it is the same session."""
    if not access.allowed(by, "change", activity):
        raise PermissionDenied
    if activity.state in (ActivityState.DRAFT, ActivityState.CANCELLED):
        raise ValidationError(_("活动未安排或已取消，不能开始征集。"), code="state")
    question = question.strip()
    if not question:
        raise ValidationError({"question": _("请填写议题。")})
    at = at or timezone.now()
    try:
        with transaction.atomic():
            session, made = SuggestionSession.objects.select_for_update().get_or_create(
                activity=activity, defaults={"question": question, "opened_at": at, "opened_by": by}
            )
    except IntegrityError:
        session, made = SuggestionSession.objects.select_for_update().get(activity=activity), False
    session.question, session.moderated, session.ended_at = question, moderated, None
    session.version += 1
    session.full_clean(validate_unique=False)
    session.save()
    if made:
        _take_in(session)
    log(instance=activity, action="activities.session.open", user=by)
    return session


def _take_in(session):
    """Suggestions that the activity had before its session was opened stand on the screen too."""
    earlier = Suggestion.objects.filter(activity=session.activity).order_by("pk")
    Voice.objects.bulk_create([Voice(session=session, suggestion=row, changed=session.version) for row in earlier])


@transaction.atomic
def end_session(*, session, by, at=None):
    """Take no more voices; whoever decides on them is told once how many wait."""
    session = SuggestionSession.objects.select_for_update().select_related("activity").get(pk=session.pk)
    if not access.allowed(by, "change", session.activity):
        raise PermissionDenied
    if not session.is_open:
        return session
    session.ended_at = max(at or timezone.now(), session.opened_at)
    session.version += 1
    session.save()
    log(instance=session.activity, action="activities.session.end", user=by)
    waiting = Suggestion.objects.filter(voice__session=session, state=SuggestionState.LOGGED)
    count, lead = waiting.count(), session.activity.lead
    if count and lead:
        messages.tell_of_session(
            session,
            messages.deciders(lead),
            worded(
                gettext_lazy("“%(title)s”收到%(n)d条建议，请决定是否立案"),
                {"title": session.activity.title[:80], "n": count},
            ),
            but=by,
        )
    return session


def enter(suggestion, activity):
    """Put a new suggestion on its session's list; shown at once unless the recorder looks at each first.

    Answers whether the session is still gathering, so that its ending tells of it.
    """
    session = SuggestionSession.objects.select_for_update().filter(activity=activity).first()
    if session is None:
        return False
    session.version += 1
    session.save(update_fields=["version"])
    shown = not session.moderated
    Voice.objects.create(session=session, suggestion=suggestion, shown=shown, changed=session.version)
    return session.is_open


def touch(suggestion, shown=None):
    """Let the screen know that a voice changed (its text, its state), or whether to show it."""
    voice = Voice.objects.filter(suggestion=suggestion).first()
    if voice is None:
        return
    session = SuggestionSession.objects.select_for_update().get(pk=voice.session_id)
    session.version += 1
    session.save(update_fields=["version"])
    voice.changed = session.version
    voice.shown = voice.shown if shown is None else shown
    voice.save(update_fields=["changed", "shown"])


@transaction.atomic
def edit_voice(*, suggestion, text, topic, seen, by, at=None):
    """Put a voice into readable words while nobody has decided on it; the words it replaces stay in the history."""
    row = _locked_voice(suggestion, by)
    if row.text != seen.replace("\r\n", "\n"):
        raise ValidationError(_("该条内容已被他人修改，请核对最新内容后再保存。"), code="stale")
    text, topic = text.replace("\r\n", "\n").strip(), str(topic).strip()
    if not text:
        raise ValidationError({"text": _("请填写内容。")})
    if text != row.text:
        before = _("现场整理文字，原文：%(text)s") % {"text": row.text}
        record(row, action="edit", text=before, by=by, at=at or timezone.now())
    row.text, row.topic = text, topic
    row.full_clean(validate_unique=False)
    row.save(update_fields=["text", "topic"])
    touch(row)
    return row


@transaction.atomic
def show_voice(*, suggestion, shown, by):
    """Put a voice on the screen or take it off; it stays in the register either way."""
    row = _locked_voice(suggestion, by, decided=True)
    touch(row, shown=shown)
    return row


def _locked_voice(suggestion, by, *, decided=False):
    row = Suggestion.objects.select_for_update(of=("self",)).select_related("activity").get(pk=suggestion.pk)
    if row.activity is None or not access.allowed(by, "change", row.activity):
        raise PermissionDenied
    if not decided and row.state != SuggestionState.LOGGED:
        raise ValidationError(
            _("“%(state)s”状态的建议不能再改文字。") % {"state": row.get_state_display()}, code="state"
        )
    return row


def feed(*, activity, after, everything):
    """What changed after the count `after`, in one query; None where there is no session.

    The screen gets the words of what it shows and no more; the recorder (`everything`) gets all of them. The authors
    of unnamed suggestions are not asked for.
    """
    named = SuggestionAuthor.objects.filter(
        suggestion=OuterRef("fresh__suggestion"), suggestion__unnamed=False, part=AuthorPart.AUTHOR
    )
    counted = Voice.objects.filter(session=OuterRef("pk")).order_by().values("session").annotate(n=Count("pk"))
    rows = (
        SuggestionSession.objects.filter(activity=activity)
        .annotate(
            fresh=FilteredRelation("voices", condition=Q(voices__changed__gt=after)),
            author=Subquery(named.values("member__name")[:1]),
            voices_count=Subquery(counted.values("n")),
        )
        .order_by("fresh__pk")
        .values_list(
            "version", "ended_at", "question", "voices_count", "fresh__shown", "author",
            *(f"fresh__suggestion__{name}" for name in ("pk", "number", "text", "topic", "unnamed", "state")),
            "fresh__suggestion__merged_into__number",
        )
    )  # fmt: skip
    rows = list(rows)
    if not rows:
        return None
    version, ended_at, question, count = rows[0][:4]
    voices = [_told(row[4:], everything) for row in rows if row[6] is not None]
    return Feed(version, ended_at is not None, question, count or 0, voices)


def _told(row, everything):
    shown, author, pk, number, text, topic, unnamed, state, merged_into = row
    visible = shown and state != SuggestionState.MERGED
    if not visible and not everything:
        return {"id": pk, "shown": False}
    told = {
        "id": pk,
        "shown": visible,
        "number": number,
        "text": text,
        "topic": topic,
        "name": _("不具名") if unnamed else author or "",
    }
    if everything:
        told |= {"state": SuggestionState(state).label, "open": state == SuggestionState.LOGGED, "into": merged_into}
    return told


def speeches(activity):
    """What each speaker said, in order, for the minutes: pairs of a member (None where unnamed) and the text.

    A double that was merged stands with its own speaker and its own words: it was said all the same.
    """
    rows = Suggestion.objects.filter(activity=activity).order_by("pk")
    named = dict(
        SuggestionAuthor.objects.filter(
            suggestion__in=rows.order_by().values("pk"), suggestion__unnamed=False, part=AuthorPart.AUTHOR
        ).values_list("suggestion", "member")
    )
    people = Member.objects.in_bulk(set(named.values()))
    return [(people.get(named.get(row.pk)), row.text) for row in rows.only("text")]


@transaction.atomic
def into_minutes(*, activity, kind, by, at=None):
    """Put what each speaker said into the minutes of the leading host; what already stands there stays as it is.

    Answers the minutes. Pressed twice, each speech stands there once; signed minutes are refused.
    """
    at = at or timezone.now()
    organisation = activity.lead
    if organisation is None or not keeps_minutes(access.roles(by), organisation):
        raise PermissionDenied
    found = Minutes.objects.select_for_update().filter(activity=activity, kind=kind, organisation=organisation).first()
    stored = [(row.member, row.name, row.text) for row in found.speeches.select_related("member")] if found else []
    said = [(member, member.name if member else _("不具名"), text) for member, text in speeches(activity)]
    known = set(stored)
    return minutes.save(
        activity=activity,
        kind=kind,
        organisation=organisation,
        version=found.version if found else 1,
        chair=found.chair if found else None,
        recorder=found.recorder if found else None,
        agenda=found.agenda if found else activity.agenda,
        text=found.text if found else "",
        speeches=stored + [one for one in dict.fromkeys(said) if one not in known],
        at=at,
        by=by,
    )
