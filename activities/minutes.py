"""Minutes: drafted, signed by chair and recorder, then locked; a correction is a visible revision beside them.

Each kind and each host of an activity has minutes of its own. Who was expected and who came is read from the
attendance list, never typed again; motions are in `motions`, decisions in `decisions`.
"""

from dataclasses import asdict, dataclass
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from activities import votes
from activities.choices import ActivityState, AttendanceState, MinutesState
from activities.models import Correction, Minutes, MinutesFile, Speech
from activities.rolls import kind_roll

# The one table of what may become of minutes.
TRANSITIONS = {MinutesState.DRAFT: {MinutesState.SIGNED}, MinutesState.SIGNED: set()}
# One who goes on typing leaves one entry in the log in so long a time.
LOG_APART = timedelta(minutes=10)
MAX_FILES = 12


@dataclass(frozen=True)
class Roll:
    """Who was expected at a meeting and who came, as minutes state it; the names carry their reasons."""

    expected: int
    there: int
    late: int
    open: int
    leave: tuple
    absent: tuple
    guests: tuple

    @property
    def figures(self):
        """The sum in the order in which it is read."""
        return {"expected": self.expected, "there": self.there, "leave": len(self.leave), "absent": len(self.absent)}


def roll(minutes):
    """The roll of minutes: of signed ones as it stood then, else from the attendance list as it is."""
    if minutes.roll is not None:
        return Roll(**minutes.roll)
    return roll_of(activity=minutes.activity, kind=minutes.kind, organisation=minutes.organisation)


def roll_of(*, activity, kind, organisation):
    """Who of the attendance list belongs to this host and kind; where one host meets, that is everybody on it."""
    rows = activity.attendances.select_related("member").order_by("member__spelling", "pk")
    if len(activity.hosts.all()) > 1:
        ours = kind_roll(kind=kind, organisation=organisation, day=activity.day).order_by()
        rows = rows.filter(member__in=ours.values("pk"))
    rows = list(rows)
    named = {
        state: tuple((row.member.name, row.reason) for row in rows if row.state == state)
        for state in (AttendanceState.LEAVE, AttendanceState.ABSENT)
    }
    return Roll(
        expected=len(rows),
        there=sum(row.is_there for row in rows),
        late=sum(row.state == AttendanceState.LATE for row in rows),
        open=sum(row.state == AttendanceState.EXPECTED for row in rows),
        leave=named[AttendanceState.LEAVE],
        absent=named[AttendanceState.ABSENT],
        guests=tuple((guest.get_kind_display(), guest.name, guest.unit) for guest in activity.guests.all()),
    )


def opened(minutes):
    """The minutes, locked for a change; refused once they are signed."""
    minutes = Minutes.objects.select_for_update().get(pk=minutes.pk)
    if minutes.is_locked:
        raise ValidationError(_("会议记录已签字锁定，只能追加更正。"), code="locked")
    return minutes


def changed(minutes, *, at, by):
    """Note a change of what the signatures stand under: another content needs other signatures."""
    minutes.chair_signed_at = minutes.recorder_signed_at = None
    minutes.revision += 1
    minutes.changed_by, minutes.changed_at = by, at


@transaction.atomic
def save(*, activity, kind, organisation, version, chair, recorder, agenda, text, speeches, at, by):
    """Store a draft of the minutes of one kind and host, if nobody has changed it since `version`.

    `speeches` are (member or None, name, text) in their order. What is as it was stored changes nothing.
    """
    if activity.state in (ActivityState.DRAFT, ActivityState.CANCELLED):
        raise ValidationError(_("活动未安排或已取消，不能填写会议记录。"), code="state")
    minutes, made = Minutes.objects.select_for_update().get_or_create(
        activity=activity, kind=kind, organisation=organisation
    )
    if minutes.is_locked:
        raise ValidationError(_("会议记录已签字锁定，只能追加更正。"), code="locked")
    speeches = [(member and member.pk, name, said) for member, name, said in speeches]
    stored = list(minutes.speeches.values_list("member", "name", "text"))
    before = (minutes.chair_id, minutes.recorder_id, minutes.agenda, minutes.text, stored)
    # Sent twice, as a lost connection does, or typed the same: nothing to store, and nobody to warn.
    if before == (chair and chair.pk, recorder and recorder.pk, agenda, text, speeches) and not made:
        return minutes
    if not made and minutes.version != version:
        raise ValidationError(_("会议记录已被他人修改，请核对最新内容后再次提交。"), code="stale")
    worth_logging = made or minutes.changed_by_id != by.pk or at - minutes.changed_at >= LOG_APART
    minutes.chair, minutes.recorder, minutes.agenda, minutes.text = chair, recorder, agenda, text
    minutes.version += 0 if made else 1
    changed(minutes, at=at, by=by)
    minutes.full_clean(validate_unique=False)
    minutes.save()
    if speeches != stored:
        minutes.speeches.all().delete()
        rows = [
            Speech(minutes=minutes, number=number, member_id=member, name=name, text=said)
            for number, (member, name, said) in enumerate(speeches, start=1)
        ]
        for row in rows:
            row.full_clean(validate_unique=False, validate_constraints=False)
        Speech.objects.bulk_create(rows)
    if worth_logging:
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
def sign(*, minutes, member, revision, at, by):
    """Chair or recorder signs all that stands there; with both signatures it is locked, and the roll with it."""
    minutes = opened(minutes)
    if minutes.revision != revision:
        raise ValidationError(_("会议记录已被他人修改，请核对最新内容后再签字。"), code="stale")
    if at < minutes.activity.starts:
        raise ValidationError(_("活动尚未开始，不能签字。"), code="early")
    if not minutes.text.strip() and not minutes.speeches.exists():
        raise ValidationError(_("会议内容为空，不能签字。"), code="empty")
    parts = signer_parts(minutes, member)
    if not parts:
        raise ValidationError(_("只有主持人和记录人可以签字，且各签一次。"), code="not_signer")
    here = roll(minutes)
    if here.open:
        raise ValidationError(_("还有%(n)d人未登记出席情况，请先登记再签字。") % {"n": here.open}, code="roll")
    votes.check_all(minutes)
    for part in parts:
        setattr(minutes, f"{part}_signed_at", at)
    if minutes.chair_signed_at and minutes.recorder_signed_at:
        minutes.state = MinutesState.SIGNED
        minutes.roll = asdict(here)
    minutes.save()
    log(instance=minutes, action="activities.minutes.sign", user=by, data={"parts": parts})
    return minutes


@transaction.atomic
def correct(*, minutes, text, by):
    """Add a visible correction to signed minutes."""
    minutes = Minutes.objects.select_for_update().get(pk=minutes.pk)
    if not minutes.is_locked:
        raise ValidationError(_("会议记录尚未签字，请直接修改。"), code="not_signed")
    correction = Correction(minutes=minutes, text=text, by=by)
    correction.full_clean()
    correction.save()
    log(instance=minutes, action="activities.minutes.correct", user=by)
    return correction


@transaction.atomic
def attach(*, minutes, papers, by):
    """Add photos and papers (`suggestions.attachments.Paper`) to minutes that are not signed yet."""
    minutes = opened(minutes)
    if minutes.files.count() + len(papers) > MAX_FILES:
        raise ValidationError({"files": _("附件最多%(n)d个。") % {"n": MAX_FILES}})
    for paper in papers:
        MinutesFile(minutes=minutes, file=paper.file, name=paper.name, photo=paper.photo).save()
    log(instance=minutes, action="activities.minutes.attach", user=by, data={"files": len(papers)})


@transaction.atomic
def detach(*, file, by):
    """Take a file back from minutes that are not signed yet; the stored file goes with the commit."""
    minutes = opened(file.minutes)
    stored, name = file.file.storage, file.file.name
    file.delete()
    transaction.on_commit(lambda: stored.delete(name))
    log(instance=minutes, action="activities.minutes.detach", user=by)
