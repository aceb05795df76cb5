"""The rules of access to the models of `staff`: who sees and changes which rows. Registered when the app is ready."""

from datetime import timedelta

from django.db.models import F, Q
from wagtail.permissions import register_permission_policy

from staff import models
from staff.access import EVERYTHING, RolePolicy, either
from staff.choices import PostingState, Role, RoundState

# The approval tier of leave from a posting: up to this many days the host unit decides, beyond it the party office.
HOST_DECIDES_DAYS = 3
READERS = (Role.SECRETARY, Role.MANAGEMENT, Role.OFFICE)


def inside(roles):
    """Every person of the bureau."""
    return EVERYTHING if roles.inside else None


def office(roles):
    """The party office."""
    return EVERYTHING if roles.holds(Role.OFFICE) else None


def accounts(roles):
    """The system administrator."""
    return EVERYTHING if roles.holds(Role.SYSADMIN) else None


def inviters(roles):
    """Who invites people to their accounts: the system administrator and the office."""
    return EVERYTHING if roles.holds(Role.SYSADMIN, Role.OFFICE) else None


def bureau_robot(roles):
    """The robot of the bureau's group is the system administrator's; one's own stands among one's settings."""
    return Q(user__isnull=True) if roles.holds(Role.SYSADMIN) else None


def auditor(roles):
    """The auditor, who reads the audit log and nothing else."""
    return EVERYTHING if roles.holds(Role.AUDITOR) else None


def own_account(field="user"):
    """Rows of one's own account."""

    def rule(roles):
        return Q(**{field: roles.user.pk}) if roles.user else None

    return rule


def member_records(roles):
    """People whose record one keeps: the office and the administrator all, a secretary those of their organisation."""
    return either(
        EVERYTHING if roles.holds(Role.OFFICE, Role.SYSADMIN) else None,
        roles.organisation_q("branch", Role.SECRETARY),
    )


def contacts(roles):
    """People whose phone one's work needs: one's own, those of one's organisation or unit, and while somebody is in
    post those who serve at one's unit, the host's contact of one's own posting, and the people one is contact for."""
    return either(
        member_records(roles),
        roles.unit_q("unit", Role.MANAGEMENT),
        _serving_under(roles),
        Q(pk=roles.member.pk) | Q(pk__in=_host_contacts(roles.member)) if roles.member else None,
    )


def _serving_under(roles):
    """People in post at a unit in one's scope, or at one for which one is the contact."""
    hosted = either(
        roles.unit_q("host_unit", Role.MANAGEMENT),
        Q(need__contact=roles.member.pk) if roles.member else None,
    )
    if hosted is None:
        return None
    serving = models.Posting.objects.filter(hosted, state=PostingState.IN_POST)
    return Q(pk__in=serving.order_by().values("member"))


def _host_contacts(member):
    """The contacts that a round names for the unit where `member` is in post."""
    needs = models.Need.objects.filter(
        contact__isnull=False,
        host_unit=F("round__postings__host_unit"),
        round__postings__member=member,
        round__postings__state=PostingState.IN_POST,
    )
    return needs.order_by().values("contact")


def plots(prefix=""):
    """Plots that one answers for: held by oneself, of one's own unit, or in one's scope; `prefix` leads to the plot."""

    def rule(roles):
        mine = None
        if roles.member:
            held = models.Assignment.objects.filter(member=roles.member).values("plot")
            mine = Q(**{f"{prefix}pk__in": held}) | Q(**{f"{prefix}unit": roles.member.unit_id})
        return either(mine, roles.unit_q(f"{prefix}unit", *READERS))

    return rule


def plot_records(prefix=""):
    """Plots that one sets up and assigns: those of the units in one's scope."""

    def rule(roles):
        return roles.unit_q(f"{prefix}unit", *READERS)

    return rule


def visits(prefix=""):
    """Visits that one made or may oversee; whoever shares a plot sees its visits."""

    def rule(roles):
        return plots(f"{prefix}assignment__plot__")(roles)

    return rule


def visit_records(prefix=""):
    """Visits that one records: under one's own assignments, or in one's scope."""

    def rule(roles):
        mine = Q(**{f"{prefix}assignment__member": roles.member.pk}) if roles.member else None
        return either(mine, plot_records(f"{prefix}assignment__plot__")(roles))

    return rule


def letters_held(roles):
    """Responsibility letters that one signs as the holder of the plot."""
    return Q(assignment__member=roles.member.pk) if roles.member else None


def rounds(roles):
    """Rounds: everybody sees those approved, drafts only who prepares them."""
    if roles.holds(Role.MANAGEMENT, Role.OFFICE):
        return EVERYTHING
    return ~Q(state=RoundState.DRAFT) if roles.inside else None


def postings(prefix=""):
    """Postings: one's own, those one is the host's contact for, of one's branch, of the units in one's scope."""

    def rule(roles):
        return either(
            Q(**{f"{prefix}member": roles.member.pk}) if roles.member else None,
            Q(**{f"{prefix}need__contact": roles.member.pk}) if roles.member else None,
            roles.organisation_q(f"{prefix}member__branch", Role.SECRETARY),
            posting_records(prefix)(roles),
        )

    return rule


def posting_records(prefix=""):
    """Postings that one arranges: from or to a unit in one's scope."""

    def rule(roles):
        return either(
            roles.unit_q(f"{prefix}home_unit", Role.MANAGEMENT, Role.OFFICE),
            roles.unit_q(f"{prefix}host_unit", Role.MANAGEMENT, Role.OFFICE),
        )

    return rule


def need_requests(roles):
    """Needs that one draws up: the office all, management those of its units while the round is a draft."""
    asked = roles.unit_q("host_unit", Role.MANAGEMENT)
    return either(
        EVERYTHING if roles.holds(Role.OFFICE) else None,
        asked & Q(round__state=RoundState.DRAFT) if asked is not None else None,
    )


def leave_decisions(roles):
    """Leave that one decides on, never one's own: up to three days the host unit's management, longer the office."""
    short = roles.unit_q("posting__host_unit", Role.MANAGEMENT)
    found = either(
        EVERYTHING if roles.holds(Role.OFFICE) else None,
        short & Q(ends__lte=F("starts") + timedelta(days=HOST_DECIDES_DAYS - 1)) if short is not None else None,
    )
    return found if found is None or roles.member is None else found & ~Q(posting__member=roles.member.pk)


def leave_requests(roles):
    """Leave that one asks for or comes back from: one's own, or that of somebody whose posting one arranges."""
    own = Q(posting__member=roles.member.pk) if roles.member else None
    return either(own, posting_records("posting__")(roles))


def may_arrange(roles, *units):
    """Whether somebody arranges postings from or to one of `units` (`posting_records`, before there is a row)."""
    return any(roles.over_unit(unit, Role.MANAGEMENT, Role.OFFICE) for unit in units)


def finding_closers(roles):
    """Findings that one may close: those one is to mend, and those of visits one records."""
    return either(visit_records("visit__")(roles), Q(owner=roles.member.pk) if roles.member else None)


def reports(roles):
    """Field reports that one writes: under one's own posting."""
    return Q(posting__member=roles.member.pk) if roles.member else None


def hosted(prefix=""):
    """Rows of a host unit whose week one reads: in one's scope, where one is in post, or where one is the contact."""

    def rule(roles):
        mine = None
        if roles.member:
            posted = models.Posting.objects.filter(member=roles.member, state=PostingState.IN_POST)
            contact = models.Need.objects.filter(contact=roles.member, round__state=RoundState.APPROVED)
            mine = Q(**{f"{prefix}host_unit__in": posted.order_by().values("host_unit")}) | Q(
                **{f"{prefix}host_unit__in": contact.order_by().values("host_unit")}
            )
        return either(mine, shift_records(prefix)(roles))

    return rule


def shift_records(prefix=""):
    """Shifts that one plans and fills: at a host unit in one's scope."""

    def rule(roles):
        return roles.unit_q(f"{prefix}host_unit", Role.MANAGEMENT, Role.OFFICE)

    return rule


def shifts(roles):
    """Shifts: of the host units whose week one reads, and those that one was on."""
    mine = None
    if roles.member:
        mine = Q(pk__in=models.ShiftDuty.objects.filter(posting__member=roles.member).values("shift"))
    return either(mine, hosted()(roles))


def duties(roles):
    """Who is on shifts: those whose posting one sees, and those of the host units whose week one reads."""
    return either(postings("posting__")(roles), hosted("shift__")(roles))


def swaps(roles):
    """Requests to swap: one's own, those put to oneself, and those at the host units in one's scope."""
    mine = None
    if roles.member:
        mine = Q(from_posting__member=roles.member.pk) | Q(to_posting__member=roles.member.pk)
    return either(mine, shift_records("shift__")(roles))


def swap_decisions(roles):
    """Requests that one decides on for the host unit, never one's own."""
    found = shift_records("shift__")(roles)
    if found is None or roles.member is None:
        return found
    own = Q(from_posting__member=roles.member.pk) | Q(to_posting__member=roles.member.pk)
    return found & ~own


def own_of(field):
    """Rows whose `field` is oneself."""

    def rule(roles):
        return Q(**{field: roles.member.pk}) if roles.member else None

    return rule


def opinion_of_host(roles):
    """Postings on which one gives the host unit's opinion, never one's own."""
    return _not_mine(shift_records()(roles), roles)


def opinion_of_home(roles):
    """Postings on which one gives the home branch's opinion, never one's own."""
    return _not_mine(roles.organisation_q("member__branch", Role.SECRETARY, Role.OFFICE), roles)


def _not_mine(found, roles):
    return found if found is None or roles.member is None else found & ~Q(member=roles.member.pk)


def grants(roles):
    """Grants are the office's, except those of one's own account."""
    return ~Q(user=roles.user.pk) if roles.holds(Role.OFFICE) else None


def posts(roles):
    """Posts are the office's, except those of one's own."""
    if not roles.holds(Role.OFFICE):
        return None
    return ~Q(member=roles.member.pk) if roles.member else EVERYTHING


def _all(view, keep):
    return {"view": view, "add": keep, "change": keep, "delete": keep}


def importers(roles):
    """Workbooks that one brought in, while one may: the office, and the administrator who sets the bureau up."""
    return Q(by=roles.user.pk) if roles.holds(Role.OFFICE, Role.SYSADMIN) else None


def register():
    """Register a policy for every model of `staff`."""
    table = {
        models.User: _all(accounts, accounts),
        models.Grant: _all(grants, grants),
        models.Invitation: _all(inviters, inviters),
        models.Preference: _all(own_account(), own_account()),
        models.Notification: {"view": own_account(), "change": own_account()},
        models.Delivery: {"view": accounts, "change": accounts},
        models.Robot: {"view": bureau_robot, "change": bureau_robot},
        models.AccessEvent: {"view": auditor},
        models.Division: {"view": inside},
        models.Unit: _all(inside, office),
        models.PartyOrganisation: _all(inside, office),
        models.Member: {
            "view": inside,
            "add": lambda roles: either(office(roles), accounts(roles)),
            "change": member_records,
            "contact": contacts,
            "merge": lambda roles: EVERYTHING if roles.holds(Role.OFFICE, Role.SYSADMIN) else None,
        },
        models.Post: _all(inside, posts),
        models.Transfer: {"view": lambda roles: roles.organisation_q("member__branch", *READERS), "add": office},
        models.Plot: _all(plots(), plot_records()),
        models.Assignment: _all(plots("plot__"), plot_records("plot__")),
        models.Visit: _all(visits(), visit_records()),
        models.VisitPhoto: _all(visits("visit__"), visit_records("visit__")),
        models.Finding: {**_all(visits("visit__"), visit_records("visit__")), "close": finding_closers},
        models.Letter: {
            **_all(plots("assignment__plot__"), plot_records("assignment__plot__")),
            "sign": letters_held,
        },
        models.Handover: _all(plots("assignment__plot__"), plot_records("assignment__plot__")),
        models.Indicator: _all(plots("letter__assignment__plot__"), plot_records("letter__assignment__plot__")),
        models.Round: _all(rounds, office),
        models.Need: {**_all(inside, office), "ask": need_requests},
        models.Posting: {
            **_all(postings(), posting_records()),
            "crew": hosted(),
            "opinion_host": opinion_of_host,
            "opinion_home": opinion_of_home,
            "opinion_self": own_of("member"),
            "report": own_of("member"),
        },
        models.PostingChange: {"view": postings("posting__"), "add": posting_records("posting__")},
        models.Leave: {
            **_all(postings("posting__"), posting_records("posting__")),
            "decide": leave_decisions,
            "return": leave_requests,
        },
        models.Opinion: {"view": postings("posting__"), "change": posting_records("posting__")},
        models.FieldReport: _all(postings("posting__"), reports),
        models.Shift: _all(shifts, shift_records()),
        models.ShiftDuty: {
            **_all(duties, shift_records("shift__")),
            "swap": own_of("posting__member"),
        },
        models.SwapRequest: {
            "view": swaps,
            "change": shift_records("shift__"),
            "answer": own_of("to_posting__member"),
            "withdraw": own_of("from_posting__member"),
            "decide": swap_decisions,
        },
        models.Holiday: _all(inside, office),
        models.WorkbookImport: {"view": importers, "add": importers, "change": importers},
    }
    for model, rules in table.items():
        register_permission_policy(model, RolePolicy(model, **rules))
