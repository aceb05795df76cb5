"""One person's own part in an activity: where they stand, and the one thing that they may do next."""

from dataclasses import dataclass
from enum import StrEnum

from activities import answers, checkin, rolls, signups
from activities.choices import ActivityState, AnswerState, AttendanceState, SignUpState


class Step(StrEnum):
    """Where somebody stands at an activity."""

    NONE = "none"
    CHECK_IN = "check_in"
    SCAN = "scan"
    THERE = "there"
    ABSENT = "absent"
    OVER = "over"
    ANSWER = "answer"
    COMING = "coming"
    ASKED = "asked"
    REFUSED = "refused"
    LEAVE = "leave"
    SIGNED = "signed"
    WAITING = "waiting"
    SIGN_UP = "sign_up"
    FULL = "full"
    CLOSED = "closed"


@dataclass(frozen=True)
class Mine:
    """What the page of an activity says to one reader about themselves."""

    step: Step = Step.NONE
    row: object = None
    sign_up: object = None
    # Whether an answer is still taken.
    open: bool = False
    # The leave that is proposed to somebody deployed.
    proposed: str = ""
    # The place on the waiting list, and how many places are free (None without a limit).
    line: int = 0
    left: int | None = None

    @property
    def invitation(self):
        """What they were sent and answered."""
        return getattr(self.row, "invitation", None)


ANSWERED = {
    AnswerState.COMING: Step.COMING,
    AnswerState.ASKED: Step.ASKED,
    AnswerState.REFUSED: Step.REFUSED,
}


def of(*, activity, member, at):
    """Where `member` stands at `activity` at the moment `at`; None for an account without a member."""
    if member is None or activity.state in (ActivityState.DRAFT, ActivityState.CANCELLED):
        return Mine()
    row = activity.attendances.filter(member=member).select_related("invitation").first()
    sign_up = None
    if activity.sign_up:
        sign_up = activity.sign_ups.filter(member=member).exclude(state=SignUpState.WITHDRAWN).first()
    if row is None:
        return _without_a_place(activity, sign_up, at)
    step = _listed(activity, row, sign_up, at)
    open_ = answers.may_answer(activity=activity, row=row, at=at)
    proposed = ""
    if step == Step.ANSWER:
        proposed = rolls.deployed(members=[member.pk], day=activity.day).get(member.pk, "")
    return Mine(step, row, sign_up, open_, proposed)


def _listed(activity, row, sign_up, at):
    """Where somebody on the list stands."""
    if row.is_there:
        return Step.THERE
    if checkin.may_check_in(activity=activity, row=row, at=at):
        return Step.CHECK_IN
    if checkin.may_scan(activity=activity, row=row, at=at):
        return Step.SCAN
    if row.state == AttendanceState.LEAVE:
        return Step.LEAVE
    if row.state == AttendanceState.ABSENT:
        return Step.ABSENT
    if at >= activity.starts:
        return Step.OVER
    if sign_up is not None and sign_up.state == SignUpState.SIGNED:
        return Step.SIGNED
    invitation = getattr(row, "invitation", None)
    return ANSWERED.get(invitation.answer, Step.ANSWER) if invitation else Step.ANSWER


def _without_a_place(activity, sign_up, at):
    """Where somebody stands who is not on the list: in line, before an open door or a closed one."""
    if not activity.sign_up or activity.state != ActivityState.SCHEDULED or at >= activity.starts:
        return Mine()
    if sign_up is not None:
        return Mine(Step.WAITING, sign_up=sign_up, open=True, line=signups.place_in_line(sign_up))
    if not signups.is_open(activity, at):
        return Mine(Step.CLOSED)
    left = signups.places_left(activity)
    return Mine(Step.FULL if left == 0 else Step.SIGN_UP, open=True, left=left)
