"""The admin as each role: who comes in, how far, and that another branch's rows are not there."""

import io

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from staff import trees
from staff.choices import PostKind, Role
from staff.models import Grant, Member, PartyOrganisation, Plot, Post, Transfer, Unit, User
from tests.factories import staff as make

pytestmark = pytest.mark.django_db

REGISTERS = {
    "staff_member": {"secretary", "office", "sysadmin"},
    "staff_unit": {"office"},
    "staff_partyorganisation": {"office"},
    "staff_post": {"office"},
    "staff_grant": {"office"},
    "staff_plot": {"secretary", "manager", "office"},
    "staff_assignment": {"secretary", "manager", "office"},
    "staff_visit": {"secretary", "manager", "office"},
    "staff_finding": {"secretary", "manager", "office"},
    "staff_round": {"office"},
    "staff_need": {"office"},
    "staff_posting": {"manager", "office"},
    "staff_leave": {"manager", "office"},
    "staff_shift": {"manager", "office"},
    "staff_fieldreport": {"secretary", "manager", "office"},
    "staff_opinion": {"secretary", "manager", "office"},
    "staff_transfer": {"secretary", "manager", "office"},
    "staff_letter": {"secretary", "manager", "office"},
    "staff_holiday": {"office"},
    "wagtailusers_users": {"sysadmin"},
    "activities_activity": {"secretary", "office"},
    "activities_meetingrule": {"office"},
    "activities_studyrule": {"office"},
    "activities_jointagreement": {"secretary", "office"},
    "activities_agreementitem": {"secretary", "office"},
    "activities_agreementrule": {"office"},
    "activities_suggestion": {"secretary", "office"},
    "home_update": {"office"},
}


@pytest.fixture
def people():
    """An account of each role; the secretary is of one branch."""
    return {
        "staff": make.make_staff(),
        "secretary": make.make_secretary(),
        "manager": make.make_manager(),
        "office": make.make_office(),
        "sysadmin": make.make_sysadmin(),
        "auditor": make.make_auditor(),
        "partner": make.make_partner(),
    }


@pytest.mark.parametrize("register", REGISTERS)
def test_each_register_opens_to_its_roles_and_to_nobody_else(register, people, client):
    address = reverse(f"{register}:index")
    assert client.get(address).url.startswith("/accounts/login/")
    for role, user in people.items():
        client.force_login(user)
        status = client.get(address).status_code
        assert (status == 200) == (role in REGISTERS[register]), (role, status)
        assert status in (200, 302, 403, 404)


def test_who_has_no_role_finds_no_admin_and_is_not_sent_round(people, client):
    for role in ("staff", "partner"):
        client.force_login(people[role])
        assert client.get("/admin/").status_code == 404
        assert client.get("/admin/login/").status_code == 404


def test_signing_in_and_out_is_not_wagtails(people, client):
    assert client.get("/admin/login/").url == "/accounts/login/?next=/admin/"
    assert client.get("/admin/password_reset/").url.startswith("/accounts/login/")
    client.force_login(people["office"])
    answer = client.post("/admin/logout/")
    assert (answer.status_code, answer.url) == (307, "/accounts/logout/")


def test_the_auditor_finds_the_audit_alone(people, client):
    client.force_login(people["auditor"])
    assert client.get("/admin/").url == "/admin/audit/"
    page = client.get("/admin/audit/", {"source": "record"})
    assert page.status_code == 200
    assert client.get("/admin/pages/").status_code == 404
    for role in ("secretary", "manager", "office", "sysadmin"):
        client.force_login(people[role])
        assert client.get("/admin/audit/").status_code == 404


def test_the_audit_joins_all_logs_and_exports_them(people, client, django_assert_max_num_queries):
    client.force_login(people["office"])
    client.post(reverse("staff_holiday:add"), {"day": "2026-10-01", "name": "国庆节"})
    client.force_login(people["auditor"])
    with django_assert_max_num_queries(20):
        page = client.get("/admin/audit/").content.decode()
    assert "2026-10-01 国庆节" in page
    for source in ("record", "page", "access"):
        assert client.get("/admin/audit/", {"source": source, "user": "x"}).status_code == 200
    book = load_workbook(io.BytesIO(b"".join(client.get("/admin/audit/?format=xlsx").streaming_content)))
    assert "2026-10-01 国庆节" in [row[7].value for row in book.active]


def test_a_secretary_sees_and_changes_people_of_the_branch_only(people, client):
    secretary = people["secretary"]
    mine = make.make_member(branch=secretary.member.branch, name="本支部人")
    other = make.make_member(name="外支部人")
    client.force_login(secretary)
    page = client.get(reverse("staff_member:index")).content.decode()
    assert mine.name in page
    assert other.name not in page
    for name in ("edit", "history", "inspect"):
        assert client.get(reverse(f"staff_member:{name}", args=[mine.pk])).status_code == 200
        assert client.get(reverse(f"staff_member:{name}", args=[other.pk])).status_code == 404
    form = client.get(reverse("staff_member:edit", args=[mine.pk])).context["form"]
    assert set(form.fields["branch"].queryset) == {secretary.member.branch}


def test_a_secretary_cannot_hand_a_member_to_a_branch_out_of_reach(people, client):
    secretary = people["secretary"]
    member = make.make_member(branch=secretary.member.branch)
    elsewhere = make.make_organisation()
    client.force_login(secretary)
    answer = client.post(reverse("staff_member:edit", args=[member.pk]), member_form(member, branch=elsewhere.pk))
    assert answer.status_code == 200
    assert answer.context["form"].errors["branch"]
    member.refresh_from_db()
    assert member.branch == secretary.member.branch


def member_form(member, **fields):
    """What the browser sends of a member."""
    sent = {
        "employee_number": member.employee_number,
        "name": member.name,
        "pinyin": member.pinyin,
        "unit": member.unit_id,
        "branch": member.branch_id,
        "party_status": member.party_status,
    }
    return {**sent, **fields}


def test_a_member_moved_by_the_office_leaves_a_dated_move(people, client):
    member = make.make_member()
    before, after = member.branch_id, make.make_organisation().pk
    client.force_login(people["office"])
    assert client.post(reverse("staff_member:edit", args=[member.pk]), member_form(member, branch=after)).url
    assert Transfer.objects.filter(member=member, from_branch=before, to_branch=after, day=make.today()).exists()


def test_who_leaves_or_returns_by_the_admin_does_as_by_the_page(people, client):
    member = make.make_member()
    post, edit = make.make_post(member=member), reverse("staff_member:edit", args=[member.pk])
    client.force_login(people["office"])
    assert client.post(edit, member_form(member, left_on=make.today())).url
    post.refresh_from_db()
    assert post.ends == make.today(-1)
    assert "已于" in client.post(edit, member_form(member, left_on=make.today(5))).text
    assert client.post(edit, member_form(member)).url
    assert [row.kind for row in Transfer.objects.order_by("pk")] == ["left", "returned"]
    make.make_posting(member=member, state="in_post", starts=make.today(-9), ends=make.today(9))
    assert "仍在下沉派驻" in client.post(edit, member_form(member, left_on=make.today())).text
    member.refresh_from_db()
    assert member.left_on is None


def test_phones_are_masked_where_a_member_is_looked_at(people, client):
    member = make.make_member(phone="13800001234")
    client.force_login(people["office"])
    page = client.get(reverse("staff_member:inspect", args=[member.pk])).content.decode()
    assert "138******34" in page
    assert "13800001234" not in page


def test_a_manager_sees_plots_of_their_units_and_chooses_among_them(people, client):
    manager = people["manager"]
    mine, other = make.make_plot(unit=manager.member.unit, name="本局村"), make.make_plot(name="外局村")
    client.force_login(manager)
    page = client.get(reverse("staff_plot:index")).content.decode()
    assert mine.name in page
    assert other.name not in page
    assert client.get(reverse("staff_plot:edit", args=[other.pk])).status_code == 404
    form = client.get(reverse("staff_assignment:add")).context["form"]
    assert set(form.fields["plot"].queryset) == {mine}
    sent = {"name": "新村", "kind": "village", "unit": other.unit_id, "households": 1, "visit_interval": 7,
            "technicians_needed": 0, "grid_officers_needed": 0}  # fmt: skip
    assert client.post(reverse("staff_plot:add"), sent).context["form"].errors["unit"]
    assert client.post(reverse("staff_plot:add"), {**sent, "unit": manager.member.unit_id}).status_code == 302
    assert Plot.objects.filter(name="新村").count() == 1


def test_nobody_gives_themselves_a_role(people, client):
    office, other = people["office"], people["staff"]
    client.force_login(office)
    sent = {"role": Role.SYSADMIN, "starts": str(make.today())}
    refused = client.post(reverse("staff_grant:add"), {**sent, "user": office.pk})
    assert refused.status_code == 200
    assert not Grant.objects.filter(user=office, role=Role.SYSADMIN).exists()
    assert client.post(reverse("staff_grant:add"), {**sent, "user": other.pk}).status_code == 302
    grant = Grant.objects.get(user=other)
    assert grant.given_by == office
    assert other.groups.filter(name="role:sysadmin").exists()
    client.post(reverse("staff_grant:delete", args=[grant.pk]))
    assert not other.groups.exists()


def test_a_post_opens_the_admin_and_its_end_closes_it(people, client):
    member = people["staff"].member
    client.force_login(people["office"])
    sent = {"member": member.pk, "organisation": member.branch_id, "kind": PostKind.SECRETARY}
    client.post(reverse("staff_post:add"), {**sent, "starts": str(make.today(-9))})
    client.force_login(people["staff"])
    assert client.get("/admin/").status_code == 200
    Post.objects.filter(member=member).update(ends=make.today(-1))
    assert client.get("/admin/").status_code == 404


def test_accounts_have_no_flags_and_belong_to_members(people, client):
    member = make.make_member()
    client.force_login(people["sysadmin"])
    form = client.get(reverse("wagtailusers_users:add")).context["form"]
    assert set(form.fields) == {"username", "email", "person", "is_active"}
    sent = {"username": "wangfang", "email": "w@example.com", "person": member.pk, "is_active": "on"}
    sent |= {"is_superuser": "on", "groups": "1"}
    assert client.post(reverse("wagtailusers_users:add"), sent).status_code == 302
    user = User.objects.get(username="wangfang")
    member.refresh_from_db()
    assert (member.user, user.is_superuser, user.has_usable_password()) == (user, False, False)
    own = people["sysadmin"]
    sent = {"username": own.username, "person": own.member.pk}
    assert "is_active" in client.post(reverse("wagtailusers_users:edit", args=[own.pk]), sent).context["form"].errors
    assert client.get("/admin/groups/").status_code == 404
    assert client.get("/admin/bulk/staff/user/assign_role/").status_code == 404


def test_a_unit_is_put_below_its_parent_and_moved(people, client):
    bureau, first, second = make.make_bureau(), make.make_unit(), make.make_unit()
    client.force_login(people["office"])
    sent = {"name": "专卖一中队", "kind": "squad", "parent": first.pk}
    assert client.post(reverse("staff_unit:add"), sent).status_code == 302
    squad = Unit.objects.get(name="专卖一中队")
    assert squad.get_parent() == Unit.objects.get(pk=first.pk)
    assert client.post(reverse("staff_unit:edit", args=[squad.pk]), {**sent, "parent": second.pk}).status_code == 302
    assert Unit.objects.get(pk=squad.pk).get_parent().pk == second.pk
    with pytest.raises(ValidationError):
        trees.place(node=Unit.objects.get(pk=second.pk), parent=Unit.objects.get(pk=squad.pk))
    assert Unit.find_problems() == ([], [], [], [], [])
    assert bureau.pk


def test_an_export_holds_no_formulas(people, client):
    make.make_member(name="=1+1")
    client.force_login(people["office"])
    answer = client.get(reverse("staff_member:index"), {"export": "xlsx"})
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    cells = [cell for row in load_workbook(io.BytesIO(content)).active for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert "'=1+1" in [cell.value for cell in cells]
    csv = client.get(reverse("staff_member:index"), {"export": "csv"})
    assert "\n=1" not in b"".join(csv.streaming_content).decode()


def workbook(*rows):
    """A workbook as a browser uploads it."""
    made = Workbook()
    for row in rows:
        made.active.append(list(row))
    file = io.BytesIO()
    made.save(file)
    file.seek(0)
    file.name = "people.xlsx"
    return file


def test_an_import_is_checked_and_then_confirmed(people, client):
    unit = make.make_unit(name="官渡区局")
    client.force_login(people["sysadmin"])
    assert client.get("/admin/import/").status_code == 200
    heads = ["工号", "姓名", "单位"]
    answer = client.post("/admin/import/members/", {"file": workbook(heads, ["KM1", "李明", "官渡区局"])})
    assert answer.status_code == 200
    token = answer.context["token"]
    assert token
    assert not Member.objects.filter(unit=unit).exists()
    answer = client.post("/admin/import/members/", {"token": token})
    assert answer.context["report"].written
    assert Member.objects.get(unit=unit).name == "李明"
    assert client.post("/admin/import/members/", {"token": token}).context["gone"]
    assert client.post("/admin/import/members/", {"token": "../../x"}).context["gone"]
    answer = client.post("/admin/import/members/", {"file": workbook(heads, ["KM2", "王芳", "官渡"])})
    assert "是否为“官渡区局”" in answer.content.decode()
    assert not answer.context["token"]
    answer = client.get("/admin/import/members/template/")
    assert load_workbook(io.BytesIO(b"".join(answer.streaming_content))).sheetnames[:2] == ["数据", "说明"]


def test_imports_are_the_offices_and_the_administrators(people, client):
    for role, user in people.items():
        client.force_login(user)
        expected = 200 if role in ("office", "sysadmin") else 404
        assert client.get("/admin/import/plots/").status_code == expected, role
        assert client.get("/admin/import/plots/template/").status_code == expected, role
    client.force_login(people["office"])
    assert client.get("/admin/import/other/").status_code == 404


@pytest.mark.parametrize("role", ["secretary", "manager", "office", "sysadmin"])
def test_the_first_screen_says_what_waits_at_a_fixed_cost(role, people, client):
    client.force_login(people[role])
    assert client.get("/admin/").status_code == 200
    with CaptureQueriesContext(connection) as before:
        client.get("/admin/")
    for _number in range(3):
        make.make_plot(unit=people[role].member.unit)
        make.make_member(branch=people[role].member.branch)
    with CaptureQueriesContext(connection) as after:
        client.get("/admin/")
    assert len(after) == len(before)


def test_organisations_are_edited_without_their_group(people, client):
    branch = people["secretary"].member.branch
    client.force_login(people["office"])
    form = client.get(reverse("staff_partyorganisation:edit", args=[branch.pk])).context["form"]
    assert "group" not in form.fields
    assert form.fields["parent"].initial == PartyOrganisation.objects.get(pk=branch.pk).get_parent().pk


def test_the_office_names_the_bureau(people, client):
    client.force_login(people["office"])
    assert client.get("/admin/settings/home/bureausettings/", follow=True).status_code == 200
    client.force_login(people["secretary"])
    answer = client.get("/admin/settings/home/bureausettings/", follow=True)
    assert "form" not in (answer.context or {})
