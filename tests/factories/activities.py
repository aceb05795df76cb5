"""Activities, pages, agreements and suggestions for tests: `make_activity(organisation=branch)`."""

from datetime import timedelta
from itertools import count

from django.utils import timezone
from wagtail.models import Page, Site

from activities import publishing
from activities.choices import ActivityState, AttendanceState, AuthorPart, Every, ItemList, Kind
from activities.models import (
    Activity,
    ActivityHost,
    ActivityKind,
    AgreementItem,
    Attendance,
    BranchIndexPage,
    Guest,
    JointAgreement,
    ListChange,
    MeetingRule,
    Minutes,
    StudyRecord,
    StudyRule,
    Suggestion,
    SuggestionAuthor,
    SuggestionSession,
    Voice,
)
from tests.factories.staff import make_member, make_organisation, make_partner_organisation, today

_numbers = count(1)


def moment(hours=0, days=0):
    """Now, so many hours and days later."""
    return timezone.now() + timedelta(hours=hours, days=days)


def make_activity(organisation=None, *, kinds=(Kind.THEME_DAY,), co_hosts=(), partners=(), expected=(), **fields):
    """A theme day of a branch that is arranged for two hours tomorrow; `expected` are members on its list."""
    number = next(_numbers)
    fields = {
        "title": f"第{number}次主题党日",
        "starts": moment(days=1),
        "place": "三楼党员活动室",
        "state": ActivityState.SCHEDULED,
        **fields,
    }
    fields.setdefault("ends", fields["starts"] + timedelta(hours=2))
    activity = Activity.objects.create(**fields)
    ActivityHost.objects.create(activity=activity, organisation=organisation or make_organisation(), lead=True)
    for host in co_hosts:
        ActivityHost.objects.create(activity=activity, organisation=host)
    for kind in kinds:
        ActivityKind.objects.create(activity=activity, kind=kind)
    activity.partners.set(partners)
    for member in expected:
        Attendance.objects.create(activity=activity, member=member)
    return activity


def make_attendance(**fields):
    """Somebody who is expected at an activity."""
    if "activity" not in fields:
        fields["activity"] = make_activity()
    if "member" not in fields:
        fields["member"] = make_member(branch=fields["activity"].lead)
    return Attendance.objects.create(**{"state": AttendanceState.EXPECTED, **fields})


def make_list_change(**fields):
    """Somebody whom the secretary left out of the list of an activity."""
    if "activity" not in fields:
        fields["activity"] = make_activity()
    if "member" not in fields:
        fields["member"] = make_member(branch=fields["activity"].lead)
    return ListChange.objects.create(**{"kind": "left_out", "reason": "长期病休", **fields})


def make_guest(**fields):
    """A partner's person at an activity."""
    if "activity" not in fields:
        fields["activity"] = make_activity()
    return Guest.objects.create(**{"name": "王建国", "unit": "太和社区", **fields})


def make_minutes(**fields):
    """A draft of the minutes of an activity's lead host."""
    if "activity" not in fields:
        fields["activity"] = make_activity()
    if "organisation" not in fields:
        fields["organisation"] = fields["activity"].lead
    return Minutes.objects.create(**{"kind": Kind.THEME_DAY, **fields})


def make_rule(**fields):
    """One theme day a month for every branch."""
    fields = {"kind": Kind.THEME_DAY, "every": Every.MONTH, "source": "《中国共产党支部工作条例(试行)》", **fields}
    return MeetingRule.objects.update_or_create(kind=fields.pop("kind"), defaults=fields)[0]


def make_study_rules():
    """The hours a year of the source: 32, and 56 of committee members."""
    for duty, hours in (("member", 32), ("committee", 56)):
        StudyRule.objects.update_or_create(duty=duty, defaults={"hours": hours, "source": "《党员教育管理工作条例》"})


def make_study(**fields):
    """Eight hours of a training course, entered by the branch."""
    if "member" not in fields:
        fields["member"] = make_member(branch=make_organisation())
    return StudyRecord.objects.create(**{"day": today(), "title": "党务骨干培训班", "hours": 8, **fields})


def make_branch_index():
    """The root of the branches' pages, made once: below the site's own root page when nothing else is there."""
    found = BranchIndexPage.objects.first()
    if found is not None:
        return found
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    parent = site.root_page if site else Page.objects.get(depth=1)
    return parent.specific.add_child(instance=BranchIndexPage(title="支部", slug="branches"))


def make_branch_page(organisation=None, **fields):
    """The page of a branch, with those of the organisations above it."""
    make_branch_index()
    page = publishing.ensure_branch_page(organisation or make_organisation())
    for name, value in fields.items():
        setattr(page, name, value)
    if fields:
        page.save()
    return page


def make_activity_page(activity=None, by=None, **fields):
    """The published page of an activity, read by the whole bureau."""
    make_branch_index()
    page = publishing.publish(activity=activity or make_activity(), by=by)
    for name, value in fields.items():
        setattr(page, name, value)
    if fields:
        page.save()
    return page


def make_agreement(*, parties=(), **fields):
    """An agreement of a branch with one partner, signed and in force for a year."""
    number = next(_numbers)
    fields = {"title": f"第{number}份共建协议", "starts": today(-100), "ends": today(265), **fields}
    if "lead" not in fields:
        fields["lead"] = make_organisation()
    fields.setdefault("signed_on", fields["starts"])
    agreement = JointAgreement.objects.create(**fields)
    agreement.parties.set([fields["lead"], *(parties or [make_partner_organisation()])])
    return agreement


def make_item(**fields):
    """A project of an agreement, still open."""
    if "agreement" not in fields:
        fields["agreement"] = make_agreement()
    return AgreementItem.objects.create(**{"list": ItemList.PROJECT, "title": "联合开展夜市普法宣传", **fields})


def make_suggestion(*, author=None, **fields):
    """A suggestion logged today and put forward by a member of the branch that it belongs to."""
    number = next(_numbers)
    fields = {"number": f"T{number:05}", "text": "建议在夜市入口增设举报电话公示牌。", "logged_on": today(), **fields}
    if "organisation" not in fields:
        fields["organisation"] = author.branch if author and author.branch_id else make_organisation()
    suggestion = Suggestion.objects.create(**fields)
    author = author or make_member(branch=fields["organisation"])
    SuggestionAuthor.objects.create(suggestion=suggestion, member=author, part=AuthorPart.AUTHOR)
    return suggestion


def make_session(activity=None, **fields):
    """A session that takes voices now."""
    fields = {"question": "怎样把网格责任压实？", "opened_at": moment(), **fields}
    return SuggestionSession.objects.create(activity=activity or make_activity(), **fields)


def make_voice(session, **fields):
    """A suggestion put forward in a session and shown on its screen."""
    fields = {"organisation": session.activity.lead, "activity": session.activity, **fields}
    shown = fields.pop("shown", True)
    suggestion = make_suggestion(**fields)
    session.version += 1
    session.save()
    Voice.objects.create(session=session, suggestion=suggestion, shown=shown, changed=session.version)
    return suggestion
