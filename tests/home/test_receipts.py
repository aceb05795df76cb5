"""Receipts of a notice: who sees whose, the one reminder, the workbook."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from home.models import Receipt
from staff.models import Notification
from tests.factories.home import make_notice
from tests.factories.staff import make_manager, make_office, make_organisation, make_secretary, make_staff, make_unit

pytestmark = pytest.mark.django_db


def answer(client, notice, **query):
    return client.get(f"/notices/{notice.pk}/receipts/", query)


def test_the_office_sees_all_a_secretary_and_a_manager_their_own_people(client):
    branch, unit = make_organisation(), make_unit()
    make_staff(name="本支部人", branch=branch, unit=branch.unit), make_staff(name="本单位人", unit=unit)
    notice = make_notice(receipt_wanted=True)
    seen = {}
    for user in (make_office(), make_secretary(branch), make_manager(unit)):
        client.force_login(user)
        text = answer(client, notice).text
        seen[user] = ("本支部人" in text, "本单位人" in text)
    assert list(seen.values()) == [(True, True), (True, False), (False, True)]
    client.force_login(make_staff())
    assert answer(client, notice).status_code == 404
    assert client.post(f"/notices/{notice.pk}/remind/").status_code == 404


def test_only_readers_of_a_notice_for_one_unit_are_asked(client):
    here = make_unit()
    make_staff(name="该读的人", unit=here), make_staff(name="别处的人", unit=make_unit())
    notice = make_notice(receipt_wanted=True, audience="unit", audience_unit=here)
    client.force_login(make_office())
    text = answer(client, notice).text
    assert "该读的人" in text and "别处的人" not in text


def test_those_who_have_not_read_are_reminded_once(client):
    branch = make_organisation()
    read, unread = (make_staff(branch=branch, unit=branch.unit) for _each in range(2))
    elsewhere = make_staff()
    notice = make_notice(receipt_wanted=True, title="汛期值班")
    Receipt.objects.create(notice=notice, user=read)
    client.force_login(make_secretary(branch))
    for _time in range(2):
        client.post(f"/notices/{notice.pk}/remind/")
    assert "汛期值班" in Notification.objects.get(user=unread).text
    assert not Notification.objects.filter(user__in=[read, elsewhere]).exists()
    assert "已提醒" in answer(client, notice).text


def test_the_workbook_holds_everybody_and_how_they_stand(client):
    reader = make_staff(name="已经读了")
    make_staff(name="还没有读")
    notice = make_notice(receipt_wanted=True)
    Receipt.objects.create(notice=notice, user=reader)
    client.force_login(make_office())
    response = answer(client, notice, format="xlsx")
    rows = list(load_workbook(BytesIO(b"".join(response.streaming_content))).active.values)
    stands = {row[3]: row[4] for row in rows}
    assert stands["已经读了"] == "已读" and stands["还没有读"] == "未读"


def test_a_notice_without_receipts_has_no_list(client):
    client.force_login(make_office())
    assert answer(client, make_notice()).status_code == 404
