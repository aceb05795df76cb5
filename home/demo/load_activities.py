"""A year of branch life in the demo bureau and the weeks ahead: theme days, meetings, joint activities."""

from calendar import monthrange
from datetime import date, timedelta

from activities.choices import ActivityState, AttendanceState, Kind
from activities.models import (
    Activity,
    ActivityHost,
    ActivityKind,
    Attendance,
    Guest,
    StudyRecord,
)
from home.demo import people, places
from home.demo.load_minutes import load_minutes
from home.demo.texts import guandu
from home.demo.texts.meetings import PLACES, SUBJECTS
from home.demo.texts.postings import ATTENDANCE_LEAVE_REASONS
from home.demo.texts.themes import THEMES, TITLES
from home.demo.world import months_back
from staff.choices import OrganisationKind

MONTHS = 12
# Since so many days the code on the screen is in use.
RECENT = 60
MADE_UP = "自学会议材料，向党小组长汇报学习体会"
POSTED_AWAY = "下沉一线，在派驻单位参加组织生活"


class Diary:
    """Activities gathered to be stored in one go, each with its hosts, kinds and attendance."""

    def __init__(self, world):
        self.world = world
        self.rng = world.rng("activities")
        self.activities, self.hosts, self.kinds, self.attendances, self.guests = [], [], [], [], []
        self.partnered = []
        self.away = {posting.member_id: posting for posting in world.postings if posting.ends >= world.ago(200)}

    def add(
        self, branches, kinds, title, day, expected, *, hour=15, hours=2, place="", agenda=(), partners=(), **fields
    ):
        """One activity; before today it was held and the list is kept, today and later it stands arranged."""
        world, rng = self.world, self.rng
        past = day < world.today
        activity = Activity(
            title=title,
            starts=world.at(day, hour),
            ends=world.at(day, hour) + timedelta(hours=hours),
            place=place or rng.choice(PLACES),
            agenda="\n".join(agenda),
            state=fields.pop("state", ActivityState.HELD if past else ActivityState.SCHEDULED),
            **fields,
        )
        self.activities.append(activity)
        self.hosts += [
            ActivityHost(activity=activity, organisation=branch, lead=place == 0)
            for place, branch in enumerate(branches)
        ]
        self.kinds += [ActivityKind(activity=activity, kind=kind) for kind in kinds]
        self.partnered += [(activity, partner) for partner in partners]
        for member in expected:
            self.attendances.append(self._attendance(activity, member, day, past))
        return activity

    def _attendance(self, activity, member, day, past):
        if not past:
            return Attendance(activity=activity, member=member)
        posting = self.away.get(member.pk)
        chance = self.rng.random()
        if posting is not None and posting.starts <= day <= posting.ends:
            state, reason = AttendanceState.LEAVE, POSTED_AWAY
        elif chance < 0.86:
            state, reason = AttendanceState.PRESENT, ""
        elif chance < 0.89:
            state, reason = AttendanceState.LATE, ""
        elif chance < 0.98:
            state, reason = AttendanceState.LEAVE, self.rng.choice(ATTENDANCE_LEAVE_REASONS[1:])
        else:
            state, reason = AttendanceState.ABSENT, ""
        row = Attendance(activity=activity, member=member, state=state, reason=reason)
        if row.is_there and day >= self.world.ago(RECENT):
            row.checked_in_at = activity.starts + self._minutes(row)
        if state == AttendanceState.ABSENT and (made_up := day + timedelta(days=9)) < self.world.today:
            row.made_up_on, row.made_up_note = made_up, MADE_UP
        return row

    @staticmethod
    def _minutes(row):
        """How long after the start somebody scanned the code: before it, or a quarter of an hour later and more."""
        spread = int(row.member.employee_number[-2:])
        return timedelta(minutes=16 + spread % 20 if row.state == AttendanceState.LATE else -(spread % 25))

    def store(self):
        """Store what was gathered."""
        Activity.objects.bulk_create(self.activities, batch_size=500)
        for model, rows in (
            (ActivityHost, self.hosts),
            (ActivityKind, self.kinds),
            (Attendance, self.attendances),
            (Guest, self.guests),
        ):
            model.objects.bulk_create(rows, batch_size=800)
        link = Activity.partners.through
        link.objects.bulk_create(
            [link(activity_id=one.pk, partyorganisation_id=partner.pk) for one, partner in self.partnered]
        )


def load_activities(world):
    """The year's activities; some branches are behind. Answers with the Guandu session."""
    diary = Diary(world)
    branches = world.branches
    behind = {branch.pk for branch in diary.rng.sample(branches, 8)}
    secretary = world.users.get("secretary")
    own = secretary.member.branch_id if secretary else None
    for branch in branches:
        _branch_year(diary, branch, late=2 if branch.pk in behind and branch.pk != own else 0)
    if secretary:
        _today(diary, secretary.member.branch)
    session = _guandu(diary)
    _joint(diary)
    _by_name(diary)
    for branch in branches:
        if branch.pk not in behind:
            _talks(diary, branch)
    if secretary:
        _nights(diary, secretary.member.branch)
    diary.store()
    load_minutes(diary)
    _studied(world)
    return session


def _branch_year(diary, branch, late):
    world, rng = diary.world, diary.rng
    members, committee = world.by_branch[branch.pk], world.committee[branch.pk]
    groups = [
        one
        for one in world.organisations.values()
        if one.kind == OrganisationKind.GROUP and one.path.startswith(branch.path)
    ]
    months = months_back(world.today, MONTHS)
    themes = rng.sample(THEMES, MONTHS + 2)
    for number, (year, month) in enumerate(months):
        if late and number >= MONTHS - late:
            continue
        day = _theme_day(world, branch, year, month)
        if day > world.today + timedelta(days=25):
            continue
        theme = themes[number]
        lecture = month in {2, 5, 8, 11}
        kinds = [Kind.THEME_DAY, Kind.LECTURE] if lecture else [Kind.THEME_DAY]
        diary.add([branch], kinds, theme.title, day, members, hour=rng.choice((9, 14, 15)), agenda=theme.agenda)
        early = _day_of(world, year, month, 3 + rng.randrange(4))
        if len(committee) > 1 and early < world.today and not (late and number % 3 == 1):
            subject = rng.choice(SUBJECTS["committee"])
            diary.add(
                [branch], [Kind.COMMITTEE], subject.title, early, committee, hour=9, hours=1, agenda=subject.agenda
            )
        middle = _day_of(world, year, month, 12 + rng.randrange(5))
        for group in groups:
            if middle < world.today:
                subject = rng.choice(SUBJECTS["group"])
                diary.add([group], [Kind.GROUP], subject.title, middle, world.by_group[group.pk], hours=1,
                          agenda=subject.agenda)  # fmt: skip
        if month in {3, 6, 9, 12} or number == MONTHS - 1:
            general = _day_of(world, year, month, 18 + rng.randrange(5))
            subject = rng.choice(SUBJECTS["general"])
            if general < world.today:
                diary.add([branch], [Kind.GENERAL], subject.title, general, members, agenda=subject.agenda)
    year, month = (world.today.year, world.today.month + 1) if world.today.month < 12 else (world.today.year + 1, 1)
    ahead = _theme_day(world, branch, year, month)
    if ahead <= world.today + timedelta(days=35) and not late:
        diary.add([branch], [Kind.THEME_DAY], themes[-1].title, ahead, members, agenda=themes[-1].agenda)


def _day_of(world, year, month, day):
    return world.working_day(date(year, month, min(day, monthrange(year, month)[1])))


def _theme_day(world, branch, year, month):
    """The branch's fixed day of the month, moved on when nobody works on it."""
    return _day_of(world, year, month, branch.theme_day)


def _today(diary, branch):
    """What goes on today in the demo secretary's branch, so that the code in the hall can be tried at any hour."""
    world = diary.world
    diary.add(
        [branch],
        [Kind.THEME_DAY],
        "到烟区去：主题党日暨一线调研",
        world.today,
        world.by_branch[branch.pk],
        hour=8,
        hours=12,
        place="七星烟站院内集合",
        agenda=("分组领取走访任务", "入户调研", "汇总问题"),
    )


def _guandu(diary):
    """The session of the two Guandu branches at which 39 members each put a suggestion forward."""
    world = diary.world
    first, second = (world.organisations["530111", name] for name in ("官渡区局第一党支部", "官渡区局第二党支部"))
    day = world.working_day(world.ago(40))
    members = world.by_branch[first.pk] + world.by_branch[second.pk]
    session = diary.add(
        [first, second],
        [Kind.THEME_DAY],
        guandu.TITLE,
        day,
        [],
        hour=14,
        hours=3,
        place=guandu.PLACE,
        agenda=("通报网格运行情况", "党员立足岗位每人提一条建议", "按主题归纳", "明确办理分工"),
    )
    diary.attendances += [Attendance(activity=session, member=one, state=AttendanceState.PRESENT) for one in members]
    return session


def _joint(diary):
    """Joint activities of the counties with their partners, four or five a county over the year."""
    world, rng = diary.world, diary.rng
    for county in places.COUNTIES:
        branches = [world.organisations[county.code, spec.name] for spec in county.branches[:3]]
        for offset in (330, 255, 170, 95, 30, -9):
            partner, organisation = rng.choice(world.partners[county.code])
            branch = rng.choice(branches)
            title = rng.choice(TITLES["joint"]).format(partner=partner.name.removesuffix("(演示)"))
            day = world.working_day(world.ago(offset + rng.randrange(0, 6)))
            activity = diary.add(
                [branch], [Kind.JOINT], title, day, world.by_branch[branch.pk], partners=[organisation],
                place=rng.choice(("联合工作站", "社区议事厅", "党员活动室")),
                agenda=("双方通报近期工作", "对照三张清单逐项过", "联合走访", "商定下一次活动"),
            )  # fmt: skip
            world.joint[county.code].append(activity)
            diary.guests += [
                Guest(activity=activity, name=name, unit=partner.name) for name in people.names(rng, 4, namesakes=0)
            ]


def _by_name(diary):
    """Volunteering with open sign-up, and study visits of the bureau's leaders to the front line."""
    world, rng = diary.world, diary.rng
    leaders = world.by_unit[world.units["局领导"].pk]
    offices = world.organisations["党建办党支部"]
    for place, title in enumerate(TITLES["study_visit"]):
        day = world.working_day(world.ago(330 - 28 * place))
        diary.add([offices], [Kind.STUDY_VISIT], title, day, rng.sample(leaders, 3), hour=9, hours=6, place=title[1:5])
    for place, title in enumerate(TITLES["volunteering"]):
        branch = rng.choice(world.branches)
        day = world.working_day(world.ago(300 - 24 * place))
        diary.add(
            [branch], [Kind.VOLUNTEERING], title, day, world.by_branch[branch.pk][:6],
            hour=9, hours=3, sign_up=True, capacity=30,
        )  # fmt: skip


def _nights(diary, branch):
    """What goes on past midnight and for days, so that a calendar has something of it."""
    world = diary.world
    for title, days, hour, hours in (("收购季夜间值守", 8, 20, 6), ("革命旧址现场学习", 15, 9, 32)):
        day, people = world.working_day(world.ago(days)), world.by_branch[branch.pk][:5]
        diary.add([branch], [Kind.VOLUNTEERING], title, day, people, hour=hour, hours=hours, place="七星烟站")


def _talks(diary, branch):
    """Heart-to-heart talks of a branch over the year: within the committee, with members, among members."""
    world, rng = diary.world, diary.rng
    seats = world.committee[branch.pk]
    others = [one for one in world.by_branch[branch.pk] if one not in seats]
    pairs = [seats[:2], seats[:1] + others[:1], others[1:3]]
    for place, pair in enumerate(pairs):
        day = world.working_day(world.ago(40 + 35 * place + rng.randrange(20)))
        if len(pair) == 2 and day.year == world.today.year:
            diary.add([branch], [Kind.TALK], "谈心谈话", day, pair, hour=16, hours=1, place="书记办公室")


def _studied(world):
    """What committee members studied beside their branches: a training course each in spring."""
    members = {member.pk: member for branch in world.branches for member in world.committee[branch.pk]}
    day = world.working_day(world.ago(190))
    StudyRecord.objects.bulk_create(
        [StudyRecord(member=one, day=day, title="党务骨干培训班", hours=16) for one in members.values()], batch_size=500
    )
