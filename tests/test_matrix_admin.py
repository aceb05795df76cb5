"""The admin as every role: who lists, makes, changes and reads which records. A viewset without a row here fails.

Whoever may not is led away by Wagtail (to sign-in, or to the admin's first page) or finds nothing; nobody meets a hint
of what is there, nor an error page.
"""

import re
from dataclasses import dataclass

import pytest
from django.test import Client
from django.urls import reverse

from activities.models import AgreementRule, MeetingRule, StudyRule
from staff.models import Grant, Holiday, Member, Opinion, PartyOrganisation, Plot, Post, Transfer, Unit
from tests.factories.staff import make_need, today
from tests.matrix import KEEPERS, LEADERS, SECRETARIES, UNIT
from tests.test_matrix import OURS, addresses
from tests.world import ROLES, make_world

pytestmark = pytest.mark.django_db

OFFICE = frozenset({"office"})
NOBODY = frozenset()
ARRANGERS = frozenset({"manager", "office"})
FILED = frozenset({"office", "sysadmin"})
OF_ADMIN = LEADERS | FILED


@dataclass(frozen=True)
class Row:
    """Who opens the list, who the record here, who makes one, who deletes it, and how to find the record here."""

    lists: frozenset
    opens: frozenset
    record: callable
    makes: frozenset = NOBODY
    deletes: frozenset = NOBODY


def here(name):
    """The record of that name here."""
    return lambda world: getattr(world.here, name)


VIEWSETS = {
    "home_update": Row(OFFICE, OFFICE, here("update")),
    "activities_activity": Row(SECRETARIES, KEEPERS, here("activity")),
    "activities_meetingrule": Row(OFFICE, OFFICE, lambda world: MeetingRule.objects.first()),
    "activities_studyrule": Row(OFFICE, OFFICE, lambda world: StudyRule.objects.first()),
    "activities_jointagreement": Row(SECRETARIES, KEEPERS, here("agreement")),
    "activities_agreementitem": Row(SECRETARIES, KEEPERS, here("item")),
    "activities_agreementrule": Row(OFFICE, OFFICE, lambda world: AgreementRule.objects.get_or_create(pk=1)[0]),
    "activities_suggestion": Row(SECRETARIES, KEEPERS, here("suggestion")),
    "staff_member": Row(SECRETARIES | FILED, KEEPERS | FILED, here("member"), makes=FILED),
    "staff_partyorganisation": Row(OFFICE, OFFICE, here("branch"), OFFICE, OFFICE),
    "staff_unit": Row(OFFICE, OFFICE, here("unit"), OFFICE, OFFICE),
    "staff_post": Row(OFFICE, OFFICE, lambda world: Post.objects.get(organisation=world.here.branch), OFFICE, OFFICE),
    "staff_plot": Row(LEADERS, UNIT, here("plot"), makes=LEADERS),
    "staff_assignment": Row(LEADERS, UNIT, here("assignment"), makes=LEADERS),
    "staff_visit": Row(LEADERS, UNIT, here("visit")),
    "staff_finding": Row(LEADERS, UNIT, here("finding")),
    "staff_round": Row(OFFICE, OFFICE, here("round")),
    "staff_need": Row(OFFICE, OFFICE, lambda world: make_need(round=world.here.round)),
    "staff_posting": Row(ARRANGERS, ARRANGERS, here("posting")),
    "staff_leave": Row(ARRANGERS, ARRANGERS, here("leave")),
    "staff_shift": Row(ARRANGERS, OFFICE, here("shift")),
    "staff_fieldreport": Row(LEADERS, UNIT, here("report")),
    "staff_opinion": Row(
        LEADERS,
        UNIT,
        lambda world: Opinion.objects.get_or_create(
            posting=world.here.posting,
            side="host",
            defaults={"text": "表现良好。", "signed_by": "李明", "signed_on": today()},
        )[0],
    ),
    "staff_transfer": Row(
        LEADERS, UNIT, lambda world: Transfer.objects.create(member=world.here.member, day=today(), reason="工作调动")
    ),
    "staff_letter": Row(LEADERS, UNIT, here("letter")),
    "staff_grant": Row(OFFICE, OFFICE, lambda world: Grant.objects.get(user=world.users["manager"]), OFFICE, OFFICE),
    "staff_holiday": Row(OFFICE, OFFICE, lambda world: Holiday.objects.create(day=today()), OFFICE, OFFICE),
}
# Choosers open to whoever keeps records, and answer one row of those that the role may choose.
CHOOSERS = {
    "choose_member": Row(OF_ADMIN, OF_ADMIN - {"secretary_away"}, here("member")),
    "choose_newcomer": Row(OF_ADMIN, NOBODY, here("member")),
    "choose_user": Row(OF_ADMIN, FILED, lambda world: world.users["staff"]),
    "choose_unit": Row(OF_ADMIN, OF_ADMIN - {"secretary_away"}, here("unit")),
    "choose_organisation": Row(OF_ADMIN, OF_ADMIN - {"secretary_away"}, here("branch")),
    "choose_plot": Row(OF_ADMIN, UNIT, here("plot")),
    "choose_division": Row(OF_ADMIN, OF_ADMIN, lambda world: world.here.plot.divisions.get()),
}
ROWS = VIEWSETS | CHOOSERS
ASKED = {
    "choose": "lists",
    "choose_results": "lists",
    "chosen_multiple": "lists",
    "add": "makes",
    "index": "lists",
    "index_results": "lists",
    "delete": "deletes",
}
# Pages of the admin that belong to no viewset of ours; Wagtail's own registers are closed to all roles.
PAGES = {
    "wagtailadmin_home": OF_ADMIN,
    "wagtailadmin_account": OF_ADMIN | {"auditor"},
    "wagtailadmin_explore_root": NOBODY,
    "wagtailadmin_pages:search": KEEPERS,
    "wagtailimages:index": SECRETARIES,
    "wagtaildocs:index": SECRETARIES,
    "wagtailusers_users:index": frozenset({"sysadmin"}),
    "wagtailusers_groups:index": NOBODY,
    "wagtailsites:index": NOBODY,
    "wagtailadmin_workflows:index": NOBODY,
    "wagtailadmin_collections:index": NOBODY,
    "wagtailadmin_reports:site_history": OFFICE,
    "wagtailadmin_reports:workflow": OFFICE,
    "wagtailadmin_reports:locked_pages": OFFICE,
    "wagtailadmin_reports:aging_pages": OFFICE,
    "audit": frozenset({"auditor"}),
    "outgoing": frozenset({"sysadmin"}),
    "imports": FILED,
    "invitations": FILED,
}
# Addresses that need a kind of workbook in them; `tests/staff/test_admin.py` has theirs.
WITH_KIND = {"import", "import_template"}


def ours():
    """The names of the admin's addresses that are ours: each viewset's, and those without one."""
    for name, module, route in addresses():
        if route.startswith("admin/") and module.split(".")[0] in OURS and not name.startswith("wagtail"):
            yield name


def test_every_viewset_has_a_row():
    assert {name.split(":")[0] for name in ours()} == set(ROWS) | {
        "audit",
        "imports",
        "invitations",
        "outgoing",
    } | WITH_KIND


@pytest.mark.parametrize("role", ROLES)
def test_who_opens_what_in_the_admin(role):
    world = make_world()
    client = Client()
    if world.users[role] is not None:
        client.force_login(world.users[role])
    records = {space: row.record(world).pk for space, row in ROWS.items()}
    wanted = {reverse(name): opens for name, opens in PAGES.items()}
    for name in ours():
        space, _, view = name.partition(":")
        if view:
            needs_record = ASKED.get(view, "opens") != "lists" and view != "add"
            url = reverse(name, args=[records[space]] if needs_record else [])
            wanted[url] = getattr(ROWS[space], ASKED.get(view, "opens"))
    wrong = {}
    for url, opens in wanted.items():
        answer = client.get(url)
        if role == "anonymous":
            fits = answer.status_code == 302 and answer["Location"].startswith("/accounts/login/?next=/admin/")
        elif role in opens:
            fits = answer.status_code == 200
        else:
            fits = answer.status_code in (302, 403, 404)
        if not fits:
            wrong[url] = (answer.status_code, answer.get("Location"))
    assert wrong == {}


def test_every_register_is_exported_in_the_readers_language():
    """Heads, choices and what the portal itself filled in are English; names are the only Chinese of the world here."""
    world = make_world()
    made = [str(value) for row in VIEWSETS.values() for value in vars(row.record(world)).values()]
    named = [str(row) for model in (Unit, Member, Plot, PartyOrganisation) for row in model.objects.all()]
    own = "".join([*made, *named])
    client = Client()
    client.cookies["django_language"] = "en"
    wrong = {}
    for space, row in [*VIEWSETS.items(), ("wagtailusers_users", None)]:
        client.force_login(world.users["office" if row and "office" in row.lists else "sysadmin"])
        answer = client.get(reverse(f"{space}:index"), {"export": "csv"})
        text = b"".join(answer.streaming_content).decode() if answer.streaming else ""
        foreign = [words for words in re.findall("[\u3400-\u9fff]+", text) if words not in own]
        if not text or foreign or "+00:00" in text:
            wrong[space] = (answer.status_code, foreign, text[:200])
    assert wrong == {}
