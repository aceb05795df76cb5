"""Who votes at a meeting, and whether the figures of a vote can be: what can be counted is never typed."""

from dataclasses import dataclass

from dateutil.relativedelta import relativedelta
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from activities.choices import BY_NAME, LeftOutReason
from activities.rolls import entitled, kind_roll
from activities.vote_rules import RULES, kinds_of
from staff.models import Member, Posting

# A posting of so many months is proposed as a reason to leave somebody out (BR 11).
LONG_MONTHS = 6


@dataclass(frozen=True)
class Electorate:
    """Who votes at a meeting: E, and P of them; who is left out, and who might be."""

    members: tuple
    present: tuple
    left_out: tuple
    waiting: tuple
    proposed: tuple

    @property
    def entitled(self):
        """E."""
        return len(self.members)

    @property
    def there(self):
        """P."""
        return len(self.present)


def electorate(minutes):
    """Full members on the roll of the meeting's kind and host, less those whom the secretary confirmed as left out."""
    activity = minutes.activity
    if minutes.kind in BY_NAME:
        roll = Member.objects.filter(pk__in=activity.attendances.order_by().values("member"))
    else:
        roll = kind_roll(kind=minutes.kind, organisation=minutes.organisation, day=activity.day)
    rows = list(minutes.left_out.select_related("member", "confirmed_by"))
    confirmed = tuple(row for row in rows if row.confirmed_by_id)
    out = {row.member_id for row in confirmed}
    members = tuple(row for row in roll.filter(entitled()) if row.pk not in out)
    there = set(activity.attendances.there().values_list("member", flat=True))
    named = {row.member_id for row in rows}
    return Electorate(
        members=members,
        present=tuple(row for row in members if row.pk in there),
        left_out=confirmed,
        waiting=tuple(row for row in rows if not row.confirmed_by_id),
        proposed=_stationed([row for row in members if row.pk not in named], activity.day),
    )


def _stationed(members, day):
    """Of `members` those on a posting of six months and more on `day`, with the words for it."""
    postings = Posting.objects.on(day).filter(member__in=members).select_related("member", "host_unit")
    return tuple(
        (row.member, LeftOutReason.STATIONED, _("派驻%(unit)s") % {"unit": row.host_unit})
        for row in postings
        if row.starts + relativedelta(months=LONG_MONTHS) <= row.ends + relativedelta(days=1)
    )


def check(motion):
    """Refuse figures that cannot be, or a vote that may not be taken, each beside its field."""
    rule = RULES[motion.kind]
    if motion.kind not in kinds_of(motion.minutes.kind):
        raise ValidationError({"kind": _("本会议不作此类表决。")})
    figures = {"e": motion.entitled, "p": motion.present, "w": motion.written}
    if not rule.has_quorum(entitled=motion.entitled, present=motion.present):
        raise ValidationError(
            {
                "kind": _("到会人数不足，不能表决：应到会有表决权%(e)d人，实到%(p)d人；须%(rule)s。")
                % {**figures, "rule": rule.quorum}
            }
        )
    if motion.written and not rule.written:
        raise ValidationError({"written": _("此类表决不计书面意见。")})
    if motion.written > motion.entitled - motion.present:
        raise ValidationError(
            {"written": _("书面意见不能多于未到会的%(n)d人。") % {"n": motion.entitled - motion.present}}
        )
    cast = motion.votes_for + motion.votes_against + motion.abstained
    if cast > motion.present + motion.written:
        figures["cast"] = cast
        if rule.written:
            text = _("票数合计%(cast)d，超过到会有表决权%(p)d人与书面意见%(w)d份之和。") % figures
        else:
            text = _("票数合计%(cast)d，超过到会有表决权%(p)d人。") % figures
        raise ValidationError({"votes_for": text})


def check_all(minutes):
    """Refuse to sign where the attendance list or those left out have changed since a vote was written down."""
    rows = list(minutes.motions.all())
    if not rows:
        return
    voters = electorate(minutes)
    for motion in rows:
        if not is_current(motion, voters):
            raise ValidationError(
                _("表决“%(title)s”登记后应到或实到人数有变化，请核对后重新保存该项表决。") % {"title": motion.title},
                code="motion",
            )
        check(motion)


def is_current(motion, voters):
    """Whether E and P of a motion are still those of the list; of signed minutes nobody counts again."""
    return voters is None or (motion.entitled, motion.present) == (voters.entitled, voters.there)


def recorded(minutes, voters):
    """The motions of minutes, each with whether its E and P still stand."""
    return [(motion, is_current(motion, voters)) for motion in minutes.motions.all()]
