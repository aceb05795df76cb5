"""The pages of activities: who sees what, what a secretary does on them, and what they cost."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from activities import feeds, planning
from activities.choices import ActivityState, Kind
from activities.models import Activity, ActivityPage
from staff.audience import Audience
from tests.factories.activities import (
    make_activity,
    make_activity_page,
    make_agreement,
    make_attendance,
    make_branch_index,
    make_guest,
    make_rule,
    moment,
)
from tests.factories.staff import (
    make_manager,
    make_member,
    make_office,
    make_organisation,
    make_partner,
    make_secretary,
    make_staff,
    make_user,
    today,
)

pytestmark = pytest.mark.django_db

KEEPERS_PAGES = ("edit", "cancel", "attendance")


def address(name, *args):
    return reverse(f"activities:{name}", args=args)


def form_data(branch, **data):
    """What a phone sends to arrange a theme day."""
    day = today(7)
    day += timedelta(days=(7 - day.weekday()) % 7)
    return {
        "kinds": ["theme_day"],
        "lead": branch.pk,
        "title": "学习条例",
        "day": day.isoformat(),
        "starts_at": "09:00",
        "ends_at": "11:00",
        "place": "会议室",
        "do": "schedule",
        **data,
    }


def test_everybody_sees_only_what_has_a_public_page(client):
    public = make_activity_page(audience=Audience.PUBLIC)
    make_activity_page()
    make_activity()
    for url in (address("list"), address("month", today(1).year, today(1).month)):
        page = client.get(url).content.decode()
        assert public.activity.title in page and page.count("次主题党日") == page.count(public.activity.title)
    feed = client.get(address("feed")).content.decode()
    assert feed.count("BEGIN:VEVENT") == 1 and "BEGIN:VTIMEZONE" in feed
    assert client.get(address("list"), {"format": "xlsx"}).status_code == 404
    assert client.get(address("detail", public.activity.pk)).status_code == 302


def test_a_record_and_its_pages_by_role(client):
    branch = make_organisation()
    activity = make_activity(branch)
    make_attendance(activity=activity, member=make_member(branch=branch, name="段应到"))
    readers = {
        "staff": (make_staff(), 200, 404),
        "secretary": (make_secretary(branch), 200, 200),
        "elsewhere": (make_secretary(), 200, 404),
        "manager": (make_manager(branch.unit), 200, 404),
        "office": (make_office(), 200, 200),
        "partner": (make_partner(), 404, 404),
    }
    for name, (user, sees, keeps) in readers.items():
        client.force_login(user)
        page = client.get(address("detail", activity.pk))
        assert page.status_code == sees, name
        assert ("段应到" in page.content.decode()) is (name in {"secretary", "manager", "office"}), name
        for url in KEEPERS_PAGES:
            assert client.get(address(url, activity.pk)).status_code == keeps, (name, url)
        assert client.post(address("publish", activity.pk)).status_code == (404 if keeps == 404 else 302)


def test_a_partner_sees_the_activities_of_its_agreement(client):
    user = make_partner()
    organisation = user.grants.get().organisation
    activity = make_activity(agreement=make_agreement(parties=[organisation]))
    client.force_login(user)
    assert client.get(address("detail", activity.pk)).status_code == 200
    assert activity.title in client.get(address("list")).content.decode()


def test_drafts_are_seen_by_those_who_prepare_them(client):
    activity = make_activity(state=ActivityState.DRAFT)
    client.force_login(make_staff())
    assert client.get(address("detail", activity.pk)).status_code == 404
    client.force_login(make_secretary(activity.lead))
    assert client.get(address("detail", activity.pk)).status_code == 200


def test_a_secretary_arranges_and_publishes_in_one_step(client):
    branch = make_organisation()
    make_branch_index()
    client.force_login(make_secretary(branch))
    assert client.get(address("create")).status_code == 200
    answer = client.post(address("create"), form_data(branch))
    activity = Activity.objects.get()
    assert answer.status_code == 302 and activity.state == ActivityState.SCHEDULED
    assert ActivityPage.objects.get(activity=activity).live


def test_a_clash_is_shown_once_and_can_be_overridden(client):
    branch = make_organisation()
    make_branch_index()
    client.force_login(make_secretary(branch))
    data = form_data(branch)
    client.post(address("create"), data)
    shown = client.post(address("create"), data)
    assert shown.status_code == 200 and "同一时间另有" in shown.content.decode() and Activity.objects.count() == 1
    client.post(address("create"), {**data, "clashes": "seen"})
    assert Activity.objects.count() == 1
    client.post(address("create"), {**data, "clashes": shown.context["token"]})
    assert Activity.objects.count() == 2


@pytest.mark.parametrize(
    "wrong", [{"ends_at": "08:00"}, {"kinds": []}, {"day": "2026-13-01"}, {"title": ""}, {"kinds": ["nothing"]}]
)
def test_bad_input_comes_back_with_the_typed_text(client, wrong):
    branch = make_organisation()
    client.force_login(make_secretary(branch))
    answer = client.post(address("create"), form_data(branch, place="老地方", **wrong))
    assert answer.status_code == 422 and "老地方" in answer.content.decode() and not Activity.objects.exists()


def test_a_branch_of_somebody_else_cannot_lead(client):
    client.force_login(make_secretary())
    assert client.post(address("create"), form_data(make_organisation())).status_code == 422


def test_a_stale_form_says_so_and_keeps_the_text(client):
    branch = make_organisation()
    activity = make_activity(branch)
    client.force_login(make_secretary(branch))
    planning.change(activity=activity, version=1, by=None, place="二楼")
    answer = client.post(address("edit", activity.pk), form_data(branch, title="我的标题", version=1))
    assert answer.status_code == 422
    assert "已被他人修改" in answer.content.decode() and "我的标题" in answer.content.decode()
    assert client.post(address("edit", activity.pk), form_data(branch, title="我的标题", version=2)).status_code == 302


def test_what_was_called_off_is_not_changed(client):
    activity = make_activity(state=ActivityState.CANCELLED, cancelled_because="暴雨")
    client.force_login(make_secretary(activity.lead))
    assert client.post(address("cancel", activity.pk), {"reason": "再取消"}).status_code == 422
    assert client.get(address("edit", activity.pk)).status_code == 302


def test_the_list_is_marked_in_one_go(client):
    activity = make_activity(starts=moment(hours=-1))
    rows = [make_attendance(activity=activity) for _n in range(3)]
    client.force_login(make_secretary(activity.lead))
    url = address("attendance", activity.pk)
    assert client.get(url).status_code == 200
    bad = client.post(url, {f"state-{rows[0].member_id}": "leave", "do": "save"})
    assert bad.status_code == 422 and "须填写事由" in bad.content.decode()
    data = {f"state-{rows[0].member_id}": "leave", f"reason-{rows[0].member_id}": "出差", "do": "rest"}
    assert client.post(url, data).status_code == 302
    assert sorted(activity.attendances.values_list("state", flat=True)) == ["leave", "present", "present"]


def test_a_member_checks_in_on_the_record(client):
    activity = make_activity(starts=moment(), check_in="button")
    member = make_member(branch=activity.lead)
    user = make_user(member=member)
    make_attendance(activity=activity, member=member)
    client.force_login(user)
    assert f'action="{address("check_in", activity.pk)}"' in client.get(address("detail", activity.pk)).text
    client.post(address("check_in", activity.pk))
    assert activity.attendances.get().state == "present"
    assert client.get(address("of_member", member.pk)).status_code == 200


def test_a_guest_of_another_activity_is_not_found(client):
    guest, activity = make_guest(), make_activity()
    client.force_login(make_secretary(activity.lead))
    assert client.post(address("guest_remove", activity.pk, guest.pk)).status_code == 404
    told = {"kind": "partner", "people": "李", "unit": ""}
    assert client.post(address("guest_add", activity.pk), told).status_code == 302


def test_a_private_feed_is_opened_by_its_token_alone(client):
    user = make_staff()
    make_attendance(activity=make_activity(title="我的活动甲"), member=user.member)
    make_activity(title="别人的活动")
    token = feeds.create_token(user=user)
    feed = client.get(address("own_feed", token))
    assert "我的活动甲" in feed.content.decode() and "别人的活动" not in feed.content.decode()
    assert client.get(address("own_feed", "x" * 32)).status_code == 404
    feeds.revoke_tokens(user=user)
    assert client.get(address("own_feed", token)).status_code == 404
    client.force_login(user)
    assert client.get(address("feed_token")).status_code == 200
    assert client.post(address("feed_token"), {"do": "create"}).status_code == 200


def test_filters_narrow_the_list_and_a_wrong_one_is_named(client):
    branch = make_organisation()
    found = make_activity(branch, title="党课一", kinds=[Kind.LECTURE])
    make_activity(title="别的")
    client.force_login(make_staff())
    local = timezone.localtime(found.starts)
    for query in ({"kind": "lecture"}, {"branch": branch.pk}, {"kind": "lecture", "month": f"{local:%Y-%m}"}):
        page = client.get(address("list"), query).content.decode()
        assert "党课一" in page and "别的" not in page
    assert client.get(address("list"), {"month": "13", "kind": "x", "branch": "a"}).status_code == 200
    assert client.get(address("month", 2026, 13)).status_code == 404
    assert client.get(address("calendar")).status_code == 302


def cost(client, url):
    """How many queries a page needs."""
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_pages_cost_the_same_at_ten_times_the_data_and_at_most_twenty_queries(client):
    branch = make_organisation()
    make_rule()
    user = make_secretary(branch)
    client.force_login(user)
    activity = make_activity(branch, starts=moment(hours=-1))
    page = make_activity_page(activity)
    soon = today(1)

    def more(n):
        for _n in range(n):
            make_activity_page(make_activity(branch, starts=moment(days=1)))
            make_attendance(activity=activity)
            make_organisation(parent=branch.get_parent())

    more(2)
    urls = [
        address("list"),
        address("month", soon.year, soon.month),
        address("detail", activity.pk),
        address("attendance", activity.pk),
        address("compliance"),
        address("of_branch", branch.pk),
        address("create"),
        page.get_parent().get_url(),
        page.get_url(),
    ]
    before = [cost(client, url) for url in urls]
    more(20)
    assert [cost(client, url) for url in urls] == before
    assert max(before) <= 20, dict(zip(urls, before, strict=True))


def test_a_list_is_an_export_for_those_who_keep_records(client):
    branch = make_organisation()
    make_activity(branch)
    client.force_login(make_secretary(branch))
    assert client.get(address("list"), {"format": "xlsx"}).status_code == 200
    assert client.get(address("compliance"), {"format": "xlsx"}).status_code == 200
    client.force_login(make_staff())
    assert client.get(address("list"), {"format": "xlsx"}).status_code == 404
    assert client.get(address("compliance")).status_code == 404


def test_past_and_coming_are_two_lists(client):
    make_activity(title="去年的", starts=moment(days=-5))
    make_activity(title="将来的", starts=moment(days=5) + timedelta(hours=1))
    client.force_login(make_staff())
    assert "去年的" not in client.get(address("list")).content.decode()
    assert "去年的" in client.get(address("list"), {"when": "past"}).content.decode()
