"""Minutes of the demo bureau's meetings: signed ones with speeches, votes and decisions; drafts of the last days."""

from datetime import timedelta

from activities.choices import THERE, AttendanceState, Kind, MinutesState, MotionKind
from activities.models import Decision, Minutes, Motion, Speech
from home.demo.texts.meetings import DECISIONS, MOTIONS, SPEECHES
from staff.choices import PartyStatus

# Minutes are there for so many days back; the last days' are still drafts.
DAYS, DRAFTS, OWN_DRAFTS = 100, 4, 8
# Of the demo secretary's branch each kind has its minutes, of the others what decides by vote.
OTHERS = (Kind.GENERAL, Kind.COMMITTEE)
OWN = (*OTHERS, Kind.THEME_DAY, Kind.LECTURE)
COURSE = (
    "会议传达学习上级文件精神，通报上次会议决定事项的办理情况，与会人员逐一发言。\n"
    "会议强调，任务要落到人、落到时限，下次会议对照清单逐项通报。"
)
CANDIDATE = "关于接收{name}同志为中共预备党员的决议"


def load_minutes(diary):
    """Minutes for the meetings of the past quarter, and the year of the demo secretary's branch."""
    pages = _Pages(diary)
    kinds = {}
    for row in diary.kinds:
        kinds.setdefault(row.activity.pk, []).append(row.kind)
    for host in diary.hosts:
        day = host.activity.starts.date()
        if not host.lead or day >= diary.world.today:
            continue
        mine = host.organisation.pk == pages.own
        for kind in kinds[host.activity.pk] if mine else kinds[host.activity.pk][:1]:
            if kind in (OWN if mine else OTHERS) and (mine or day > pages.first):
                pages.write(host, kind, day)
    pages.store()


class _Pages:
    """Minutes gathered to be stored in one go."""

    def __init__(self, diary):
        self.diary, self.world, self.rng = diary, diary.world, diary.rng
        self.first = self.world.ago(DAYS)
        users = self.world.users
        self.own = users["secretary"].member.branch_id if "secretary" in users else None
        self.staff = users["staff"].member if "staff" in users else None
        self.minutes, self.motions, self.decisions, self.speeches = [], [], [], []
        self.rows = {}
        for row in diary.attendances:
            self.rows.setdefault(row.activity.pk, []).append(row)
        self.guests = {}
        for guest in diary.guests:
            self.guests.setdefault(guest.activity.pk, []).append(guest)

    def write(self, host, kind, day):
        """The minutes of one meeting: chaired by the first of the committee, written by the last, or by the demo's
        own member of staff."""
        activity, rng = host.activity, self.rng
        committee = self.world.committee[host.organisation.pk] or self.world.by_branch[host.organisation.pk][:1]
        mine = host.organisation.pk == self.own and self.staff is not None
        signed = day < self.world.ago(OWN_DRAFTS if mine else DRAFTS)
        rows = self.rows.get(activity.pk, [])
        there = [row.member for row in rows if row.state in THERE]
        writers = [self.staff if mine else committee[-1], *there]
        made = Minutes(
            activity=activity,
            kind=kind,
            organisation=host.organisation,
            chair=next((one for one in [*committee, *there] if one in there), committee[0]),
            recorder=next((one for one in writers if one in there), writers[0]),
            agenda=activity.agenda,
            text=COURSE,
            changed_at=activity.ends,
        )
        if signed:
            made.roll = self.roll(activity, rows)
            made.chair_signed_at = made.recorder_signed_at = activity.ends
        self.minutes.append(made)
        words = rng.sample(SPEECHES, 3)
        for number, (member, text) in enumerate(
            zip(rng.sample(there, min(3, len(there))), words, strict=False), start=1
        ):
            self.speeches.append(Speech(minutes=made, number=number, member=member, name=member.name, text=text))
        self.vote(made, rows, kind)
        self.decide(made, committee, day, mine)

    def roll(self, activity, rows):
        """Who was expected and came, as signed."""

        def named(state):
            return [[row.member.name, row.reason] for row in rows if row.state == state]

        return {
            "expected": len(rows),
            "there": sum(row.state in THERE for row in rows),
            "late": sum(row.state == AttendanceState.LATE for row in rows),
            "open": 0,
            "leave": named(AttendanceState.LEAVE),
            "absent": named(AttendanceState.ABSENT),
            "guests": [[str(one.get_kind_display()), one.name, one.unit] for one in self.guests.get(activity.pk, [])],
        }

    def vote(self, made, rows, kind):
        """A vote where enough were there; now and then somebody is taken in, with written opinions of those away."""
        voters = [row for row in rows if row.member.party_status == PartyStatus.FULL]
        entitled, present = len(voters), sum(row.state in THERE for row in voters)
        if kind not in {Kind.GENERAL, Kind.COMMITTEE} or 2 * present <= entitled:
            return
        against = 1 if present > 6 and self.rng.random() < 0.2 else 0
        vote = {"minutes": made, "entitled": entitled, "present": present, "votes_against": against}
        if kind == Kind.COMMITTEE:
            title = self.rng.choice(MOTIONS)
            self.motions.append(Motion(kind=MotionKind.COMMITTEE, title=title, votes_for=present - against, **vote))
            return
        self.motions.append(Motion(title=self.rng.choice(MOTIONS), votes_for=present - against, **vote))
        trial = [row.member for row in rows if row.member.party_status == PartyStatus.PROBATIONARY]
        if trial:
            written = min(1, entitled - present)
            title = CANDIDATE.format(name=trial[0].name)
            for_it = present - against + written
            self.motions.append(
                Motion(kind=MotionKind.ADMISSION, title=title, written=written, votes_for=for_it, **vote)
            )

    def decide(self, made, committee, day, mine):
        """What was decided: most of it done, the last of it still owed; the demo's own people owe some."""
        rng, world = self.rng, self.world
        for number, text in enumerate(rng.sample(DECISIONS, 2)):
            owner = (self.staff if number else committee[0]) if mine else rng.choice(committee)
            due = day + timedelta(days=20 + 5 * number)
            sure = mine and day < world.ago(DAYS)
            done = day + timedelta(days=15) if sure or (day < world.ago(20) and rng.random() < 0.85) else None
            note = "已办结，已向支部报告" if done else ""
            self.decisions.append(Decision(minutes=made, text=text, owner=owner, due=due, done_on=done, done_note=note))

    def store(self):
        """Store what was gathered."""
        for model, rows in (
            (Minutes, self.minutes),
            (Speech, self.speeches),
            (Motion, self.motions),
            (Decision, self.decisions),
        ):
            model.objects.bulk_create(rows, batch_size=500)
        # Nothing is added to signed minutes: the signatures come last.
        Minutes.objects.filter(chair_signed_at__isnull=False).update(state=MinutesState.SIGNED)
