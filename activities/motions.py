"""Motions of a meeting: who is entitled to vote is counted, never typed; a result that the figures don't bear is
refused, each reason beside the field that it concerns."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from wagtail.log_actions import log

from activities.choices import LeftOutReason
from activities.minutes import changed, opened
from activities.models import LeftOut, Motion
from activities.votes import check, electorate


@transaction.atomic
def record(*, minutes, kind, title, votes_for, votes_against, abstained, written=0, announced="", at, by, motion=None):
    """Write down a motion and its vote (or put `motion` right) at E and P of this moment.

    `announced` is what the meeting was told, "carried" or "lost": it must be what the figures say.
    """
    minutes = opened(minutes)
    if motion is None:
        motion = Motion(minutes=minutes)
    motion.kind, motion.title = kind, title
    motion.votes_for, motion.votes_against, motion.abstained = votes_for, votes_against, abstained
    motion.written = written
    voters = electorate(minutes)
    motion.entitled, motion.present = voters.entitled, voters.there
    check(motion)
    if announced and (announced == "carried") != motion.is_carried:
        raise ValidationError(
            {
                "announced": _("按票数应为“%(verdict)s”：赞成%(y)d票，应到会有表决权%(e)d人。")
                % {
                    "verdict": pgettext("motion", "通过") if motion.is_carried else pgettext("motion", "未通过"),
                    "y": motion.votes_for,
                    "e": motion.entitled,
                }
            }
        )
    motion.full_clean()
    motion.save()
    changed(minutes, at=at, by=by)
    minutes.save()
    log(instance=minutes, action="activities.minutes.motion", user=by, data={"motion": motion.pk})
    return motion


@transaction.atomic
def remove(*, motion, at, by):
    """Take a motion back that was written down by mistake."""
    minutes = opened(motion.minutes)
    log(instance=minutes, action="activities.minutes.motion_remove", user=by, data={"title": motion.title})
    motion.delete()
    changed(minutes, at=at, by=by)
    minutes.save()


@transaction.atomic
def leave_out(*, minutes, member, reason, note, confirms, at, by):
    """Name somebody who does not count in E, with the reason; it takes effect when the secretary confirms it."""
    minutes = opened(minutes)
    voters = electorate(minutes)
    if member not in voters.members:
        raise ValidationError({"member": _("该人员不在有表决权人员之列。")})
    if reason != LeftOutReason.SUSPENDED and minutes.activity.attendances.there().filter(member=member).exists():
        raise ValidationError({"member": _("该人员已到会，应计入表决基数。")})
    row = LeftOut(minutes=minutes, member=member, reason=reason, note=note, confirmed_by=by if confirms else None)
    row.full_clean()
    row.save()
    if confirms:
        changed(minutes, at=at, by=by)
        minutes.save()
    log(instance=minutes, action="activities.minutes.leave_out", user=by, data={"reason": reason, "member": member.pk})
    return row


@transaction.atomic
def confirm_left_out(*, row, at, by):
    """The secretary confirms the reason: from now on the member does not count in E."""
    minutes = opened(row.minutes)
    row = LeftOut.objects.select_for_update().get(pk=row.pk)
    if row.confirmed_by_id is None:
        row.confirmed_by = by
        row.save(update_fields=["confirmed_by"])
        changed(minutes, at=at, by=by)
        minutes.save()
        log(instance=minutes, action="activities.minutes.leave_out_confirm", user=by, data={"member": row.member_id})
    return row


@transaction.atomic
def count_again(*, row, at, by):
    """The member counts in E after all."""
    minutes = opened(row.minutes)
    was_out = row.confirmed_by_id is not None
    log(instance=minutes, action="activities.minutes.count_again", user=by, data={"member": row.member_id})
    row.delete()
    if was_out:
        changed(minutes, at=at, by=by)
        minutes.save()
