"""No page costs more queries when there is more to show: with one and with ten times its data, equal and few."""

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from activities.choices import ActivityState, AttendanceState, LeftOutReason
from activities.forms.organisations import SHORT
from activities.models import Decision, LeftOut, Motion, Speech, SuggestionLink
from home.models import ExemplarIndexPage, ExemplarPage, NewsIndexPage, NewsPage, NoticeIndexPage, NoticePage, StudyPage
from home.models.study import StudyCompletion, StudyIndexPage
from staff.audience import Audience
from staff.models import FieldReport, Opinion, ShiftDuty
from tests.factories import activities as act
from tests.factories import staff as make
from tests.world import add_article, make_notification, make_update, make_world

pytestmark = pytest.mark.django_db

MOST = 20
CLASHES = (
    "/activities/clashes/?kinds=theme_day&lead={here.branch.pk}&day={today:%Y-%m-%d}&starts_at=00:00&ends_at=23:59"
    "&place=三楼党员活动室"
)
LISTS = {
    "/": ("anonymous", "staff", "secretary", "manager", "office"),
    "/admin/": ("secretary", "manager", "office", "sysadmin"),
    "/news/": ("anonymous", "staff"),
    "/notices/": ("anonymous", "staff"),
    "/exemplars/": ("anonymous", "staff"),
    "/study/": ("anonymous", "staff"),
    "/study/?show=open": ("staff",),
    "/study/{here.study_page.pk}/finished/?show=all": ("secretary", "manager", "office"),
    "{here.study_page.url}": ("staff", "secretary"),
    "/branches/": ("anonymous", "staff"),
    "/activities/": ("anonymous", "staff", "secretary", "partner"),
    "/activities/calendar/{today:%Y/%m}/": ("anonymous", "staff", "secretary", "partner"),
    "/activities/calendar/week/{today:%Y-%m-%d}/": ("anonymous", "staff", "secretary", "partner"),
    "/activities/calendar/agenda/{today:%Y-%m-%d}/": ("anonymous", "staff", "secretary", "partner"),
    "/activities/calendar/day/{today:%Y-%m-%d}/": ("anonymous", "staff", "secretary", "partner"),
    "/activities/calendar.ics": ("anonymous",),
    "/activities/new/": ("secretary", "office"),
    "/activities/new/?like=last": ("secretary", "office"),
    "/activities/plan/": ("secretary", "office"),
    "/activities/templates/": ("secretary", "office"),
    CLASHES: ("secretary", "office"),
    "/activities/compliance/": ("secretary", "manager", "office"),
    "/activities/compliance/?year={today:%Y}": ("manager",),
    "/activities/terms/": ("manager", "office"),
    "/activities/ledger/": ("secretary", "manager"),
    "/activities/study/": ("secretary", "manager", "office"),
    "/activities/study/?branch={here.branch.pk}": ("secretary", "office"),
    "/activities/study/mine/": ("staff",),
    "/agreements/": ("staff", "office", "partner"),
    "/suggestions/": ("staff", "secretary", "office"),
    "/members/": ("staff", "secretary", "manager", "office"),
    "/plots/": ("staff", "secretary", "manager", "office"),
    "/plots/assign/": ("secretary", "office"),
    "/plots/week/": ("secretary", "manager", "office"),
    "/plots/handovers/": ("secretary", "manager", "office"),
    "/plots/coverage/": ("secretary", "manager", "office"),
    "/deployments/": ("staff", "manager", "office"),
    "/deployments/roster/": ("staff", "secretary", "manager", "office"),
    "/deployments/roster/?by=home": ("manager", "office"),
    "/deployments/roster/board/": ("staff", "office"),
    "/deployments/leaves/": ("staff", "manager", "office"),
    "/deployments/shifts/": ("staff", "manager", "office"),
    "/deployments/shifts/swaps/": ("staff", "office"),
    "/deployments/shifts/duties/{here.duty.pk}/swap/": ("staff",),
    "/deployments/reports/": ("staff", "secretary", "manager", "office"),
    "/members/{here.member.pk}/service/": ("staff", "secretary", "office"),
    "/updates/": ("staff", "office"),
    "/me/": ("staff", "secretary", "manager", "office", "auditor", "partner"),
    "/me/notifications/": ("staff",),
    "/manage/": ("manager", "office"),
    "/search/?q=主题": ("anonymous", "staff", "office"),
    "/search/?q=主题&in=pages": ("staff", "office"),
    "/search/suggest/?q=主题": ("anonymous", "staff", "office"),
    "/plots/{here.plot.pk}/": ("staff", "manager"),
    "/deployments/{here.round.pk}/": ("staff", "manager", "office"),
    "/deployments/{here.round.pk}/timeline/": ("staff", "manager", "office"),
    "/deployments/{here.round.pk}/choose/?show=all": ("manager", "office"),
    "/deployments/{here.round.pk}/approve/": ("office",),
    "/deployments/{here.round.pk}/needs/": ("office",),
    "/deployments/postings/{here.posting.pk}/": ("staff", "manager"),
    "/members/{here.member.pk}/": ("staff", "manager"),
    "/activities/{here.activity.pk}/": ("staff", "secretary", "manager"),
    "/activities/{here.activity.pk}/attendance/": ("secretary",),
    "/activities/{here.activity.pk}/minutes/": ("staff", "secretary"),
    "/activities/{here.activity.pk}/minutes/theme_day/{here.branch.pk}/": ("staff", "secretary", "manager"),
    "/activities/{here.activity.pk}/call/": ("secretary",),
    "/activities/{here.activity.pk}/attendance/now/": ("secretary",),
    "/activities/{here.activity.pk}/sign-in-sheet/": ("secretary",),
    "/activities/{here.activity.pk}/check-in/": ("staff", "secretary"),
    "/activities/{here.activity.pk}/check-in/screen/": ("secretary",),
    "/activities/{here.activity.pk}/check-in/screen/now/": ("secretary",),
    "/activities/{here.activity.pk}/session/": ("staff", "secretary"),
    "/activities/{here.activity.pk}/session/screen/": ("staff", "secretary"),
    "/activities/{here.activity.pk}/session/record/": ("secretary",),
    "/activities/{here.activity.pk}/session/say/": ("staff",),
    "/agreements/{here.agreement.pk}/": ("staff", "secretary"),
    "/suggestions/{here.suggestion.pk}/": ("staff", "secretary", "office"),
    "/suggestions/{here.suggestion.pk}/merge/": ("secretary",),
    "/suggestions/{here.suggestion.pk}/links/": ("secretary",),
    "/suggestions/figures/": ("secretary", "manager", "office"),
    "/suggestions/over-time/?by=branch&figure=adopted": ("staff", "office"),
    "/updates/{here.update.pk}/": ("staff", "office"),
    "{here.branch_page.url}": ("staff", "secretary"),
    "{here.activity_page.url}": ("staff", "secretary"),
    "{here.public_news.url}": ("anonymous", "staff"),
    "{here.notice.url}": ("staff", "office"),
}


def address(pattern, world):
    """The address that `pattern` stands for in `world`."""
    return pattern.format(here=world.here, today=make.today())


def grow(world, times):
    """`times` more of everything that the lists show, in the scope of those who read them."""
    here, users = world.here, world.users
    partner = users["partner"].grants.get().organisation
    for number in range(times):
        member = make.make_member(branch=here.branch, unit=here.unit)
        for holder in (here.member, member):
            plot = make.make_plot(unit=here.unit, divisions=[make.make_division()])
            visit = make.make_visit(assignment=make.make_assignment(plot=plot, member=holder))
            make.make_finding(visit=visit, owner=here.member)
        make.make_visit(assignment=here.assignment, day=make.today(-2 - number))
        make.make_assignment(plot=here.plot, member=member)
        make.make_posting(round=here.round, host_unit=world.away.unit, home_unit=here.unit, state="proposed")
        make.make_need(round=here.round, host_unit=make.make_unit(), contact=member)
        posted = make.make_posting(round=here.round, member=member, host_unit=world.away.unit)
        make.make_leave(posting=posted)
        _grow_shifts(here, posted)
        make.make_posting(round=make.make_round(), home_unit=here.unit, host_unit=world.away.unit)
        make.make_post(organisation=make.make_organisation(unit=here.unit), member=member)
        _grow_activities(here, partner, member, number)
        _grow_pages(here, users, member)


def _grow_shifts(here, posted):
    """Shifts of this week, a swap and a report; the member here is on more of them, too."""
    this_week = make.make_shift(day=-make.today().weekday(), host_unit=posted.host_unit)
    make.make_duty(posting=posted, shift=this_week)
    make.make_swap(make.make_duty(posting=posted), here.posting)
    make.make_report(posting=posted)
    reported = FieldReport.objects.filter(posting=here.posting).count()
    make.make_report(posting=here.posting, day=make.today(-2 - reported))
    days = 20 + ShiftDuty.objects.filter(posting=here.posting).count()
    make.make_duty(posting=here.posting, shift=make.make_shift(day=days, host_unit=here.posting.host_unit))
    Opinion.objects.create(posting=posted, side="host", text="好", signed_by="站长", signed_on=make.today())


def _grow_activities(here, partner, member, number):
    agreement = act.make_agreement(lead=here.branch, parties=[partner])
    act.make_item(agreement=agreement)
    act.make_item(agreement=here.agreement)
    for hours in (-48 - number, number + 1):
        fields = {"agreement": here.agreement, "partners": [partner], "starts": act.moment(hours)}
        activity = act.make_activity(here.branch, **fields)
        act.make_attendance(activity=activity, member=here.member)
        act.make_activity_page(activity, audience=Audience.PUBLIC)
    act.make_activity(here.branch, state=ActivityState.DRAFT, starts=act.moment(number + 1))
    act.make_attendance(activity=here.activity, member=member, state=AttendanceState.PRESENT)
    act.make_guest(activity=here.activity, name=f"来宾{member.pk}")
    Speech.objects.create(
        minutes=here.minutes, number=100 + Speech.objects.count(), member=member, name=member.name, text="同意"
    )
    Decision.objects.create(minutes=here.minutes, text="走访", owner=here.member)
    Motion.objects.create(minutes=here.minutes, title="决议", entitled=2, present=2, votes_for=2)
    LeftOut.objects.create(minutes=here.minutes, member=member, reason=LeftOutReason.ILLNESS)
    act.make_voice(here.session, author=member, lead_unit=here.unit)
    SuggestionLink.objects.create(suggestion=here.suggestion, activity=act.make_activity(here.branch))


def _grow_pages(here, users, member):
    for index, model in ((NewsIndexPage, NewsPage), (NoticeIndexPage, NoticePage), (ExemplarIndexPage, ExemplarPage)):
        add_article(index, model, title="主题党日见闻", audience=Audience.PUBLIC)
    title = f"学习资料{StudyPage.objects.count()}"
    material = add_article(StudyIndexPage, StudyPage, title=title, hours=1, audience=Audience.PUBLIC)
    StudyCompletion.objects.create(page=material, member=here.member)
    StudyCompletion.objects.create(page=here.study_page, member=member)
    make_update(member)
    make_notification(users["staff"])


def queries(client, url):
    """How many queries a visit costs."""
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200, url
    return len(asked)


@pytest.fixture(scope="module")
def counted(django_db_setup, django_db_blocker):
    """The queries of every list and role at one and at ten times the data."""
    # A session notes once a minute that its owner is here: on a slow machine that would fall between two counts.
    with override_settings(IDLE_MINUTES=0), django_db_blocker.unblock(), transaction.atomic():
        world = make_world()
        grow(world, 2)
        for _more in range(SHORT):  # beyond these, organisations are typed rather than chosen from a list
            make.make_organisation()
        clients = {}
        for role, user in world.users.items():
            clients[role] = Client()
            if user:
                clients[role].force_login(user)
        found = {}
        for times in (1, 10):
            if times > 1:
                grow(world, 18)
            for pattern, roles in LISTS.items():
                url = address(pattern, world)
                for role in roles:
                    if times == 1:
                        # What is kept by the process and by the site is kept from here on.
                        queries(clients[role], url)
                    found.setdefault((pattern, role), []).append(queries(clients[role], url))
        transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("pattern", LISTS)
def test_a_list_costs_the_same_at_ten_times_the_data(counted, pattern):
    costs = {role: counted[pattern, role] for role in LISTS[pattern]}
    assert all(many <= few <= MOST for few, many in costs.values()), costs
