"""Minutes: drafted, signed by chair and recorder, then locked; what was decided is followed until it is done."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from activities.choices import ActivityState, MinutesState
from activities.models import Correction, Decision, Minutes
from staff.choices import NotificationKind
from staff.notifications import notify

# The one table of what may become of minutes.
TRANSITIONS = {MinutesState.DRAFT: {MinutesState.SIGNED}, MinutesState.SIGNED: set()}


def _locked(minutes):
    return Minutes.objects.select_for_update().get(pk=minutes.pk)


def _open(minutes):
    if minutes.is_locked:
        raise ValidationError(_("会议记录已签字锁定，只能追加更正。"), code="locked")


@transaction.atomic
def save(*, activity, kind, organisation, version, chair, recorder, text, by):
    """Store a draft of the minutes of one kind and host, if nobody has changed it since `version`."""
    if activity.state in (ActivityState.DRAFT, ActivityState.CANCELLED):
        raise ValidationError(_("活动未安排或已取消，不能填写会议记录。"), code="state")
    minutes, made = Minutes.objects.select_for_update().get_or_create(
        activity=activity, kind=kind, organisation=organisation
    )
    _open(minutes)
    if not made and minutes.version != version:
        raise ValidationError(_("会议记录已被他人修改，请核对最新内容后再次提交。"), code="stale")
    if (minutes.chair_id, minutes.recorder_id, minutes.text) != (chair and chair.pk, recorder and recorder.pk, text):
        # A signature stands under a text; another text needs another signature.
        minutes.chair_signed_at = minutes.recorder_signed_at = None
    minutes.chair, minutes.recorder, minutes.text = chair, recorder, text
    minutes.version += 0 if made else 1
    minutes.full_clean(validate_unique=False)
    minutes.save()
    log(instance=minutes, action="activities.minutes.save", user=by)
    return minutes


def signer_parts(minutes, member):
    """In what part `member` may still sign: chair, recorder, both, or neither."""
    parts = []
    if member is not None and not minutes.is_locked:
        if minutes.chair_id == member.pk and not minutes.chair_signed_at:
            parts.append("chair")
        if minutes.recorder_id == member.pk and not minutes.recorder_signed_at:
            parts.append("recorder")
    return parts


@transaction.atomic
def sign(*, minutes, member, version, at, by):
    """Chair or recorder signs the text as it stands; with both signatures it is locked."""
    minutes = _locked(minutes)
    _open(minutes)
    if minutes.version != version:
        raise ValidationError(_("会议记录已被他人修改，请核对最新内容后再签字。"), code="stale")
    if not minutes.text.strip():
        raise ValidationError(_("会议内容为空，不能签字。"), code="empty")
    parts = signer_parts(minutes, member)
    if not parts:
        raise ValidationError(_("只有主持人和记录人可以签字，且各签一次。"), code="not_signer")
    for part in parts:
        setattr(minutes, f"{part}_signed_at", at)
    if minutes.chair_signed_at and minutes.recorder_signed_at:
        minutes.state = MinutesState.SIGNED
    minutes.save()
    log(instance=minutes, action="activities.minutes.sign", user=by, data={"parts": parts})
    return minutes


@transaction.atomic
def decide(*, minutes, text, owner=None, due=None, by):
    """Write down a decision with who answers for it and by when; that person is told."""
    minutes = _locked(minutes)
    _open(minutes)
    decision = Decision(minutes=minutes, text=text, owner=owner, due=due)
    if due and due < minutes.activity.day:
        raise ValidationError({"due": _("完成时限不能早于会议日期。")})
    decision.full_clean()
    decision.save()
    log(instance=minutes, action="activities.minutes.decide", user=by, data={"decision": decision.pk})
    if owner is not None and owner.user_id and owner.user != by:
        notify(
            users=[owner.user],
            kind=NotificationKind.ACTIVITY,
            text=_("会议决定由您负责：%(text)s") % {"text": text},
            address=minutes.activity.get_absolute_url(),
            key=f"decision:{decision.pk}",
        )
    return decision


@transaction.atomic
def complete(*, decision, day, by):
    """Mark a decision done on `day`; once is enough."""
    decision = Decision.objects.select_for_update().get(pk=decision.pk)
    if decision.done_on is not None:
        raise ValidationError(_("该事项已办结。"), code="stale")
    decision.done_on = day
    decision.save(update_fields=["done_on"])
    log(instance=decision.minutes, action="activities.minutes.complete", user=by, data={"decision": decision.pk})
    return decision


@transaction.atomic
def correct(*, minutes, text, by):
    """Add a visible correction to signed minutes."""
    minutes = _locked(minutes)
    if not minutes.is_locked:
        raise ValidationError(_("会议记录尚未签字，请直接修改。"), code="not_signed")
    correction = Correction(minutes=minutes, text=text, by=by)
    correction.full_clean()
    correction.save()
    log(instance=minutes, action="activities.minutes.correct", user=by)
    return correction
