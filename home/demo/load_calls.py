"""Calls of the activities to come: who opened the notice and what they answer; volunteering to sign up for."""

from collections import Counter
from datetime import timedelta

from activities.choices import ActivityState, AnswerState, AttendanceState, Kind, SignUpState
from activities.models import Activity, ActivityHost, ActivityKind, Attendance, Invitation, SignUp

REASONS = ("带孩子看病，已预约", "到省局参加培训", "当天有案件听证", "老人住院需要陪护")
CALLED_BEFORE = timedelta(days=4)
# So many of an activity's requests for leave wait for a decision; the others were granted.
UNDECIDED = 2
PLACES, WAITING = 4, 3


def load_calls(world):
    """Everybody expected was called some days ago; the demo secretary's branch has answers that wait for a decision."""
    rng = world.rng("calls")
    secretary = world.users.get("secretary")
    own = secretary.member.branch if secretary else None
    if own:
        _volunteering(world, own, rng)
    ours = set(ActivityHost.objects.filter(organisation=own, lead=True).values_list("activity", flat=True))
    rows = Attendance.objects.filter(activity__state=ActivityState.SCHEDULED, invitation__isnull=True)
    rows = rows.filter(activity__sign_up=False)
    invitations, leave, asked, coming = [], [], Counter(), Counter()
    for row in rows.select_related("activity").order_by("activity__starts", "pk"):
        invitation = _answer(world, rng, row)
        invitations.append(invitation)
        coming[row.activity_id] += invitation.answer == AnswerState.COMING
        decides = row.activity_id in ours and invitation.answer == AnswerState.COMING and coming[row.activity_id] % 2
        if not decides or row.member_id == secretary.member.pk or asked[row.activity_id] == len(REASONS):
            continue
        invitation.reason = REASONS[asked[row.activity_id]]
        asked[row.activity_id] += 1
        invitation.answer = AnswerState.ASKED
        if asked[row.activity_id] > UNDECIDED:
            invitation.answer = AnswerState.APPROVED
            invitation.decided_by, invitation.decided_at = secretary, invitation.answered_at + timedelta(hours=1)
            row.state, row.reason = AttendanceState.LEAVE, invitation.reason
            leave.append(row)
    Invitation.objects.bulk_create(invitations, batch_size=800)
    Attendance.objects.bulk_update(leave, ["state", "reason"])


def _answer(world, rng, row):
    """Seven in ten have opened the notice, and three in four of those have said that they come."""
    called = min(world.at(world.ago(1), 9), row.activity.starts - CALLED_BEFORE)
    invitation = Invitation(attendance=row, called_at=called)
    if rng.random() < 0.7:
        invitation.opened_at = called + timedelta(minutes=rng.randrange(3, 300))
        if rng.random() < 0.75:
            invitation.answered_at = invitation.opened_at + timedelta(minutes=2)
            invitation.answer = AnswerState.COMING
    return invitation


def _volunteering(world, branch, rng):
    """A morning of volunteering for which more have signed up than there are places."""
    day = world.working_day(world.ago(-10))
    activity = Activity.objects.create(
        title="“走进夜市”普法志愿服务",
        starts=world.at(day, 9),
        ends=world.at(day, 11, 30),
        place="步行街东口集合",
        agenda="领取宣传册\n分组走访商户\n小结",
        note="请穿红马甲，自备饮水。",
        state=ActivityState.SCHEDULED,
        sign_up=True,
        capacity=PLACES,
        sign_up_until=world.at(world.ago(-8), 18),
    )
    ActivityHost.objects.create(activity=activity, organisation=branch, lead=True)
    ActivityKind.objects.create(activity=activity, kind=Kind.VOLUNTEERING)
    people = world.by_branch[branch.pk][1 : PLACES + WAITING + 1]
    rows = []
    for number, member in enumerate(people):
        at = world.at(world.ago(2), 9) + timedelta(minutes=11 * number + rng.randrange(10))
        state = SignUpState.SIGNED if number < PLACES else SignUpState.WAITING
        rows.append(SignUp(activity=activity, member=member, state=state, at=at))
    SignUp.objects.bulk_create(rows)
    listed = [Attendance(activity=activity, member=row.member) for row in rows if row.state == SignUpState.SIGNED]
    Attendance.objects.bulk_create(listed)
