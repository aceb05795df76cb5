"""The directory and a member's page: found by what one types, masked by default, each look recorded."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from staff.models import AccessEvent
from tests.factories.staff import (
    make_auditor,
    make_manager,
    make_member,
    make_office,
    make_partner,
    make_secretary,
    make_staff,
    make_unit,
    today,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    user = make_staff(name="周海燕")
    client.force_login(user)
    return user


def names(response):
    return [member.name for member in response.context["object_list"]]


def test_the_directory_sends_strangers_to_sign_in_and_back(client):
    assert client.get("/members/?q=a").url.startswith("/accounts/login/?next=/members/%3Fq%3Da")


@pytest.mark.parametrize("make", [make_partner])
def test_a_partner_finds_no_directory(client, make):
    client.force_login(make())
    assert client.get("/members/").status_code == 404


@pytest.mark.parametrize("text", ["单雄", "shan", "shanxiong", "sxx", "shan xiong", "Z-88"])
def test_people_are_found_by_name_pinyin_initials_and_number(client, staff, text):
    make_member(name="单雄信", employee_number="Z-8801")
    assert names(client.get("/members/", {"q": text})) == ["单雄信"]


def test_the_directory_is_filtered_by_unit_with_what_lies_below(client, staff):
    county = make_unit()
    squad = make_unit(parent=county, kind="squad")
    make_member(name="马骏", unit=squad)
    assert names(client.get("/members/", {"unit": county.pk})) == ["马骏"]


def test_those_who_left_are_not_listed(client, staff):
    make_member(name="罗凤仙", left_on=today())
    assert names(client.get("/members/", {"q": "罗凤仙"})) == []


@pytest.mark.parametrize("query", ["unit=abc", "unit=999999", "branch=-1", "q=" + "长" * 500, "q=%00", "q='%22%25_"])
def test_a_wrong_filter_is_no_error(client, staff, query):
    assert client.get("/members/?" + query).status_code == 200


def test_a_phone_is_masked_and_shown_to_those_whose_work_needs_it(client):
    member = make_member(phone="13887121234")
    url, phone = f"/members/{member.pk}/", f"/members/{member.pk}/phone/"
    client.force_login(make_staff())
    page = client.get(url).content.decode()
    assert "138******34" in page
    assert "13887121234" not in page
    assert client.post(phone).status_code == 404
    assert not AccessEvent.objects.exists()
    manager = make_manager(member.unit)
    client.force_login(manager)
    assert "13887121234" not in client.get(url).content.decode()
    assert "13887121234" in client.post(phone).content.decode()
    event = AccessEvent.objects.get()
    assert (event.user, event.object_id, "138" in event.detail) == (manager, member.pk, False)
    assert client.get(phone).status_code == 405


def test_ones_own_phone_is_shown_without_a_record(client, staff):
    staff.member.phone = "13887121234"
    staff.member.save()
    assert "13887121234" in client.get(f"/members/{staff.member.pk}/").content.decode()
    assert not AccessEvent.objects.exists()


def test_a_workbook_holds_ones_own_scope_and_is_recorded(client):
    user = make_secretary()
    make_member(name="同支部", branch=user.member.branch)
    make_member(name="别支部")
    client.force_login(user)
    sheet = load_workbook(BytesIO(b"".join(client.get("/members/?format=xlsx").streaming_content))).active
    found = {row[1].value for row in sheet.iter_rows(min_row=2)}
    assert found == {"同支部", user.member.name}
    assert AccessEvent.objects.get().action == "exported"


@pytest.mark.parametrize("make", [make_staff, make_auditor])
def test_others_take_no_workbook_out(client, make):
    client.force_login(make())
    assert client.get("/members/?format=xlsx").status_code == 404


def test_options_offer_number_and_name(client, staff):
    make_member(name="单雄信", employee_number="Z-8801")
    assert 'value="Z-8801 单雄信"' in client.get("/members/options/", {"member": "sxx"}).content.decode()
    assert client.get("/members/options/").content.strip() == b""


def test_the_directory_costs_the_same_at_ten_times_the_people(client, django_assert_num_queries):
    client.force_login(make_office())
    branch = make_member().branch
    assert queries(client, "/members/") <= 20
    for _number in range(2):
        make_member(branch=branch)
    few = queries(client, "/members/")
    for _number in range(40):
        make_member(branch=branch)
    assert queries(client, "/members/?page=2") <= few + 1


def queries(client, url):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(url)
    with CaptureQueriesContext(connection) as found:
        assert client.get(url).status_code == 200
    return len(found)
