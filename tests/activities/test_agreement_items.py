"""The three lists: matched needs, progress with its history, and two people who edit one item."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.urls import reverse
from django.utils import timezone

from activities import agreement_items
from activities.choices import ItemList, ItemState
from activities.models import AgreementItem, ItemNote
from tests.factories import activities as made
from tests.factories import staff as make

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def agreement():
    """An agreement with one partner."""
    return made.make_agreement()


@pytest.fixture
def partner(agreement):
    """The partner among its parties."""
    return agreement.parties.get(external=True)


@pytest.fixture
def keeper(agreement):
    """The secretary of the lead."""
    return make.make_secretary(agreement.lead)


def url(name, item):
    """An address of an item."""
    return reverse(f"activities:agreement_item{name}", args=[item.agreement_id, item.pk])


def board(agreement, user):
    """The lines of the agreement by the title of their items."""
    lines = agreement_items.lines(agreement=agreement, user=user, day=timezone.localdate())
    return {line.item.title: line for line in lines}


def test_an_item_sent_twice_stands_once_and_is_not_due_before_the_agreement_begins(agreement, partner, keeper):
    facts = {"agreement": agreement, "by": keeper, "list": ItemList.NEED, "title": "要宣讲", "party": partner}
    first = agreement_items.add(due=agreement.starts, **facts)
    assert agreement_items.add(due=agreement.starts, **facts) == first
    with pytest.raises(ValidationError, match="协议开始"):
        agreement_items.add(due=agreement.starts - timedelta(days=1), **facts)


def test_a_need_is_met_by_resources_and_projects_of_the_other_parties(agreement, partner, keeper):
    need = agreement_items.add(agreement=agreement, by=keeper, list=ItemList.NEED, title="要宣讲", party=partner)
    assert board(agreement, keeper)["要宣讲"].unmet
    facts = {"agreement": agreement, "by": keeper, "matched": [need]}
    agreement_items.add(list=ItemList.RESOURCE, title="宣讲员", party=agreement.lead, **facts)
    agreement_items.add(list=ItemList.PROJECT, title="宣讲周", party=agreement.lead, partner=partner, **facts)
    lines = board(agreement, keeper)
    assert not lines["要宣讲"].unmet
    assert [item.title for item in lines["要宣讲"].matches] == ["宣讲员", "宣讲周"]
    assert lines["宣讲员"].matches == lines["宣讲周"].matches == [need]


def test_what_cannot_be_matched(agreement, partner, keeper):
    """A party's own resource, another agreement's need, two needs."""
    need = made.make_item(agreement=agreement, list=ItemList.NEED, party=partner)
    away = made.make_item(list=ItemList.NEED)
    facts = {"agreement": agreement, "by": keeper, "title": "不行", "party": partner}
    for kind, other in ((ItemList.RESOURCE, need), (ItemList.PROJECT, away), (ItemList.NEED, need)):
        with pytest.raises(ValidationError) as refused, transaction.atomic():
            agreement_items.add(list=kind, matched=[other], **facts)
        assert "matched" in refused.value.error_dict
    assert AgreementItem.objects.filter(title="不行").count() == 0


def test_both_sides_of_an_item_are_parties_and_two(agreement, partner, keeper):
    facts = {"agreement": agreement, "by": keeper, "list": ItemList.PROJECT, "title": "不行"}
    for sides in ({"party": make.make_partner_organisation()}, {"party": partner, "partner": partner}):
        with pytest.raises(ValidationError):
            agreement_items.add(**facts, **sides)


def test_progress_is_noted_by_the_day_and_its_history_stays(agreement, keeper):
    item = made.make_item(agreement=agreement)
    day = timezone.localdate()
    report = {"item": item, "by": keeper}
    agreement_items.report(seen=1, percent=30, text="已开工", day=day - timedelta(days=9), **report)
    agreement_items.report(seen=2, percent=100, text="已验收", result="建成两个站", **report)
    item.refresh_from_db()
    assert (item.percent, item.state, item.result) == (100, ItemState.DONE, "建成两个站")
    assert [(note.percent, note.text) for note in item.notes.all()] == [(100, "已验收"), (30, "已开工")]
    assert {note.by for note in item.notes.all()} == {keeper}
    for refused in ({"percent": 101}, {"percent": 100}, {"percent": 50, "day": day + timedelta(days=1)}):
        with pytest.raises(ValidationError), transaction.atomic():
            agreement_items.report(seen=3, **report, **refused)
    assert item.notes.count() == 2


def test_the_database_refuses_other_progress_and_rewritten_history(agreement, keeper):
    item = made.make_item(agreement=agreement)
    agreement_items.report(item=item, by=keeper, seen=1, percent=30)
    for wrong in ({"percent": 101}, {"percent": 100}, {"state": ItemState.DONE}):
        with pytest.raises(IntegrityError), transaction.atomic():
            AgreementItem.objects.filter(pk=item.pk).update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        ItemNote.objects.update(percent=90)
    with pytest.raises(ProtectedError):
        item.delete()


def test_who_answers_for_an_item_reports_and_changes_nothing_else(agreement, client):
    owner = make.make_staff()
    item = made.make_item(agreement=agreement, owner=owner.member)
    client.force_login(owner)
    assert client.get(url("_report", item)).status_code == 200
    assert client.get(url("_edit", item)).status_code == 404
    data = {"percent": 40, "text": "过半前", "day": timezone.localdate(), "seen": 1}
    assert client.post(url("_report", item), data).status_code == 302
    item.refresh_from_db()
    assert item.percent == 40
    with pytest.raises(PermissionDenied):
        agreement_items.change(item=item, seen=item.version, by=owner, title="改题")
    client.force_login(make.make_staff())
    assert client.post(url("_report", item), data).status_code == 404


def test_two_who_edit_one_item_never_overwrite_each_other(agreement, keeper, client):
    """In the row: the second gets the form again with what stands there now, and what was typed."""
    item = made.make_item(agreement=agreement, title="原题")
    client.force_login(keeper)
    data = {"title": "甲改", "seen": 1}
    first = client.post(url("_edit", item), data, headers=HTMX)
    assert f'id="item-{item.pk}"' in first.content.decode() and "甲改" in first.content.decode()
    second = client.post(url("_edit", item), data | {"title": "乙改"}, headers=HTMX)
    page = second.content.decode()
    assert second.status_code == 200
    assert "甲改" in page and 'value="乙改"' in page and "他人刚刚更新过" in page
    item.refresh_from_db()
    assert item.title == "甲改"
    assert client.post(url("_edit", item), data | {"title": "乙改"}).status_code == 422
    seen = second.context["form"]["seen"].value()
    client.post(url("_edit", item), data | {"title": "乙改", "seen": seen}, headers=HTMX)
    item.refresh_from_db()
    assert item.title == "乙改"


def test_two_items_are_edited_at_once(agreement, keeper):
    """One item's change does not make another's form stale."""
    one, other = made.make_item(agreement=agreement), made.make_item(agreement=agreement)
    agreement_items.report(item=one, seen=1, by=keeper, percent=10)
    agreement_items.report(item=other, seen=1, by=keeper, percent=20)
    assert set(AgreementItem.objects.values_list("percent", flat=True)) == {10, 20}


def test_matching_in_a_row_refreshes_the_other_rows(agreement, partner, keeper, client):
    need = made.make_item(agreement=agreement, list=ItemList.NEED, title="要场地", party=partner)
    offer = made.make_item(agreement=agreement, list=ItemList.RESOURCE, title="会议室", party=agreement.lead)
    client.force_login(keeper)
    data = {"title": "要场地", "party": partner.pk, "matched": [offer.pk], "seen": 1}
    page = client.post(url("_edit", need), data, headers=HTMX).content.decode()
    assert f'id="item-{offer.pk}" hx-swap-oob="true"' in page
    page = client.post(url("_edit", need), data | {"matched": [], "seen": 2}, headers=HTMX).content.decode()
    assert f'id="item-{offer.pk}" hx-swap-oob="true"' in page
    assert "尚无资源或项目对接" in page


def test_an_item_given_up_turns_back_into_its_row(agreement, keeper, client):
    item = made.make_item(agreement=agreement)
    client.force_login(keeper)
    row = client.get(url("", item), headers=HTMX).content.decode()
    assert f'id="item-{item.pk}"' in row and "<html" not in row
    assert client.get(url("", item))["Location"].endswith(f"#item-{item.pk}")


def test_items_come_from_the_form_of_their_list(agreement, partner, keeper, client):
    client.force_login(keeper)
    address = reverse("activities:agreement_item_add", args=[agreement.pk])
    answer = client.post(f"{address}?list=need", {"title": "要宣讲", "party": partner.pk})
    assert answer.status_code == 302
    assert AgreementItem.objects.get().list == ItemList.NEED
    refused = client.post(f"{address}?list=project", {"title": "长" * 201})
    assert refused.status_code == 422
    assert "长" * 201 in refused.content.decode()


def test_what_is_overdue_and_unmet_is_said_on_the_page(agreement, partner, keeper, client):
    made.make_item(agreement=agreement, due=timezone.localdate() - timedelta(days=1))
    made.make_item(agreement=agreement, list=ItemList.NEED, party=partner)
    client.force_login(keeper)
    page = client.get(agreement.get_absolute_url()).content.decode()
    assert "已逾期" in page and "1 项逾期" in page and "1 项需求没有对接" in page


def test_a_project_leads_to_its_activity(agreement, keeper, client):
    item = made.make_item(agreement=agreement)
    activity = made.make_activity(agreement.lead, agreement=agreement, project=item)
    client.force_login(keeper)
    page = client.get(agreement.get_absolute_url()).content.decode()
    assert f"/activities/new/?agreement={agreement.pk}&amp;item={item.pk}" in page
    assert page.count(activity.get_absolute_url()) == 2
    client.force_login(make.make_staff())
    assert "/activities/new/" not in client.get(agreement.get_absolute_url()).content.decode()


def test_only_what_has_no_history_is_removed(agreement, keeper, client):
    kept, gone = made.make_item(agreement=agreement), made.make_item(agreement=agreement)
    agreement_items.report(item=kept, seen=1, by=keeper, percent=10)
    client.force_login(keeper)
    client.post(url("_remove", kept), {"seen": 2})
    client.post(url("_remove", gone), {"seen": 9})
    assert AgreementItem.objects.count() == 2
    client.post(url("_remove", gone), {"seen": 1})
    assert AgreementItem.objects.get() == kept
