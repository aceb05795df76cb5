"""What meetings decide: who answers for it and by when; it stands on that person's page until it is done."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from activities.minutes import changed, opened
from activities.models import Decision
from staff.choices import NotificationKind
from staff.notifications import notify


@transaction.atomic
def decide(*, minutes, text, owner=None, due=None, at, by, decision=None):
    """Write down a decision (or put `decision` right) with who answers for it and by when; that person is told."""
    minutes = opened(minutes)
    decision = decision or Decision(minutes=minutes)
    told = decision.owner_id if decision.pk else None
    decision.text, decision.owner, decision.due = text, owner, due
    if due and due < minutes.activity.day:
        raise ValidationError({"due": _("完成时限不能早于会议日期。")})
    decision.full_clean()
    decision.save()
    changed(minutes, at=at, by=by)
    minutes.save()
    log(instance=minutes, action="activities.minutes.decide", user=by, data={"decision": decision.pk})
    if owner is not None and owner.pk != told and owner.user_id and owner.user != by:
        notify(
            users=[owner.user],
            kind=NotificationKind.ACTIVITY,
            text=lambda: _("会议决定由您负责：%(text)s") % {"text": text},
            address=minutes.activity.get_absolute_url(),
            key=f"decision:{decision.pk}:{owner.pk}",
        )
    return decision


@transaction.atomic
def remove(*, decision, at, by):
    """Take a decision back that was written down by mistake."""
    minutes = opened(decision.minutes)
    log(instance=minutes, action="activities.minutes.decision_remove", user=by, data={"text": decision.text})
    decision.delete()
    changed(minutes, at=at, by=by)
    minutes.save()


@transaction.atomic
def complete(*, decision, day, note="", by):
    """Mark a decision done on `day`; once is enough. It is no change of the minutes, which may be signed."""
    decision = Decision.objects.select_for_update().select_related("minutes__activity").get(pk=decision.pk)
    if decision.done_on is not None:
        raise ValidationError(_("该事项已办结。"), code="stale")
    if day < decision.minutes.activity.day:
        raise ValidationError(_("会议尚未召开，不能办结。"), code="early")
    decision.done_on, decision.done_note = day, note
    decision.full_clean(exclude=["minutes", "owner"])
    decision.save(update_fields=["done_on", "done_note"])
    log(instance=decision.minutes, action="activities.minutes.complete", user=by, data={"decision": decision.pk})
    return decision
