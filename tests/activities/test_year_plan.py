"""A year of a branch: what the rules ask for becomes drafts once, each is filled in, and many are sent out."""

import threading
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse
from wagtail.models import ModelLogEntry

from activities import fixed_days, kind_templates, planning, year_plan
from activities.choices import ActivityState, Condition, Every, Kind
from activities.compliance import seed_rules
from activities.forms.plans import RowForm
from activities.models import Activity, ActivityPage, ActivityTemplate
from staff.choices import OrganisationKind
from staff.models import Holiday, Notification
from tests.factories.activities import make_activity, make_branch_index, make_rule
from tests.factories.staff import (
    make_member,
    make_office,
    make_organisation,
    make_posting,
    make_secretary,
    make_staff,
    make_user,
    today,
)

pytestmark = pytest.mark.django_db

YEAR = 2030
NEW_YEAR = date(2029, 12, 31)


def big_branch(**fields):
    """A branch of seven full members, which needs a committee."""
    branch = make_organisation(**fields)
    for _number in range(7):
        make_member(branch=branch)
    return branch


def drafts(branch, year=YEAR, on=NEW_YEAR, **options):
    return year_plan.generate(branch=branch, year=year, by=None, on=on, **options)


def kinds_of(activities):
    """How many of each kind."""
    found = {}
    for activity in activities:
        for row in activity.kinds.all():
            found[row.kind] = found.get(row.kind, 0) + 1
    return found


# --- the fixed day ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fixed", "month", "day"),
    [
        ({"theme_day": 15}, 1, date(2030, 1, 15)),
        ({"theme_day": 31}, 4, date(2030, 4, 30)),
        ({"theme_day": 30}, 2, date(2030, 2, 28)),
        ({"theme_week": 3, "theme_weekday": 5}, 1, date(2030, 1, 18)),
        ({"theme_week": 1, "theme_weekday": 2}, 1, date(2030, 1, 1)),
        ({"theme_week": 5, "theme_weekday": 3}, 1, date(2030, 1, 30)),
        ({}, 1, None),
    ],
)
def test_a_month_has_the_day_that_the_rule_names(fixed, month, day):
    assert fixed_days.named_day(make_organisation(**fixed), YEAR, month) == day


def test_the_last_day_of_february_is_the_29th_in_a_leap_year():
    assert fixed_days.named_day(make_organisation(theme_day=29), 2028, 2) == date(2028, 2, 29)
    assert fixed_days.named_day(make_organisation(theme_day=29), 2030, 2) == date(2030, 2, 28)


def test_the_theme_day_moves_off_holidays_weekends_and_exchanged_weekends_and_says_why():
    branch = make_organisation(theme_day=5)
    Holiday.objects.create(day=date(2030, 2, 5), name="春节")
    Holiday.objects.create(day=date(2030, 2, 9), name="调休上班", works=True)
    known = fixed_days.table(date(2030, 1, 1), date(2030, 12, 31))
    feast = fixed_days.theme_day(branch, YEAR, 2, known)
    assert feast.day == date(2030, 2, 6) and feast.reason == "春节"
    weekend = fixed_days.theme_day(branch, YEAR, 1, known)
    assert weekend.day == date(2030, 1, 7) and weekend.reason == "周末"
    assert "1月5日" in fixed_days.move_in_words(weekend) and "周末" in fixed_days.move_in_words(weekend)
    exchanged = fixed_days.theme_day(make_organisation(theme_day=9), YEAR, 2, known)
    assert exchanged.day == date(2030, 2, 11) and exchanged.reason == "调休上班日"
    assert fixed_days.move_in_words(fixed_days.theme_day(branch, YEAR, 3, known)) == ""


def test_at_the_end_of_a_month_it_moves_to_the_day_before_and_stays_in_its_month():
    planned = fixed_days.theme_day(make_organisation(theme_day=31), YEAR, 3, {})
    assert planned.meant == date(2030, 3, 31) and planned.day == date(2030, 3, 29)


def test_the_fixed_day_is_kept_in_one_way_only():
    branch = make_organisation(theme_day=5)
    user = make_secretary(branch)
    branch = fixed_days.fix(organisation=branch, by=user, week=3, weekday=5)
    assert branch.theme_day is None and fixed_days.in_words(branch) == "每月第三个星期五"
    with pytest.raises(ValidationError):
        fixed_days.fix(organisation=branch, by=user, day=5, week=3, weekday=5)
    with pytest.raises(ValidationError):
        fixed_days.fix(organisation=branch, by=user, day=32)
    assert ModelLogEntry.objects.filter(user=user, action="activities.plan.fix_day").count() == 1


# --- what the rules ask for -------------------------------------------------------------------------------------------


def test_a_year_has_what_the_rules_ask_for():
    seed_rules()
    branch = big_branch(theme_day=15)
    group = make_organisation(parent=branch, kind=OrganisationKind.GROUP)
    made = drafts(branch)
    assert kinds_of(made) == {
        Kind.THEME_DAY: 12, Kind.COMMITTEE: 12, Kind.GROUP: 12, Kind.GENERAL: 4, Kind.LECTURE: 4, Kind.LIFE: 1,
        Kind.APPRAISAL: 1,
    }  # fmt: skip
    assert all(row.state == ActivityState.DRAFT for row in made)
    assert {row.lead for row in made if kinds_of([row]) == {Kind.GROUP: 1}} == {group}
    life = next(row for row in made if Kind.LIFE in kinds_of([row]))
    assert life.day.month >= 10


def test_committee_and_group_meetings_only_where_there_are_committee_and_groups():
    seed_rules()
    branch = make_organisation(theme_day=15)
    for _number in range(6):
        make_member(branch=branch)
    lines = {line.rule.kind: line for line in year_plan.of(branch=branch, year=YEAR, on=NEW_YEAR).lines}
    assert "不足7人" in lines[Kind.COMMITTEE].why and "党小组" in lines[Kind.GROUP].why
    assert lines[Kind.COMMITTEE].missing == 0 and lines[Kind.THEME_DAY].missing == 12
    assert not {Kind.COMMITTEE, Kind.GROUP} & kinds_of(drafts(branch)).keys()


def test_no_day_of_a_plan_is_one_on_which_nobody_is_called():
    seed_rules()
    for day in range(1, 8):
        Holiday.objects.create(day=date(YEAR, 10, day), name="国庆节")
    Holiday.objects.create(day=date(YEAR, 10, 12), name="调休上班", works=True)
    made = drafts(big_branch(theme_day=1))
    known = fixed_days.table(date(YEAR, 1, 1), date(YEAR, 12, 31))
    assert [row.day for row in made if fixed_days.objection(row.day, known)] == []
    assert date(YEAR, 10, 8) in {row.day for row in made if Kind.THEME_DAY in kinds_of([row])}


def test_other_meetings_go_round_the_theme_day():
    seed_rules()
    made = drafts(big_branch(theme_day=5))
    assert len({row.day for row in made}) == len(made)


def test_what_a_rule_asks_for_more_often_is_planned_more_often():
    make_rule(kind=Kind.LECTURE, every=Every.MONTH, times=2, condition=Condition.ALWAYS)
    made = drafts(make_organisation())
    assert kinds_of(made) == {Kind.LECTURE: 24} and len({row.day for row in made}) == 24


def test_generating_twice_makes_nothing_twice():
    seed_rules()
    branch = big_branch(theme_day=15)
    assert drafts(branch)
    assert drafts(branch) == []


def test_what_is_there_in_any_state_but_called_off_is_not_made_again():
    make_rule(kind=Kind.GENERAL, every=Every.QUARTER)
    branch = make_organisation()
    fields = {"kinds": [Kind.GENERAL], "starts": planning.timezone.make_aware(planning.datetime(YEAR, 2, 4, 9))}
    first = make_activity(branch, **fields)
    assert kinds_of(drafts(branch)) == {Kind.GENERAL: 3}
    Activity.objects.filter(state=ActivityState.DRAFT).delete()
    Activity.objects.filter(pk=first.pk).update(state=ActivityState.CANCELLED)
    assert kinds_of(drafts(branch)) == {Kind.GENERAL: 4}


def test_a_lecture_is_given_at_the_theme_day_of_its_month_unless_asked_otherwise():
    seed_rules()
    together = [row for row in drafts(make_organisation(theme_day=15)) if Kind.LECTURE in kinds_of([row])]
    assert [row.day.month for row in together] == [2, 5, 8, 11]
    assert all(Kind.THEME_DAY in kinds_of([row]) for row in together)
    apart = drafts(make_organisation(theme_day=15), with_lectures=False)
    assert all(len(kinds_of([row])) == 1 for row in apart)


def test_what_is_over_is_shown_as_missed_and_not_made():
    make_rule(kind=Kind.THEME_DAY)
    branch = make_organisation(theme_day=15)
    on = date(YEAR, 11, 20)
    plan = year_plan.of(branch=branch, year=YEAR, on=on)
    missed = [slot for month in plan.months for slot in month.slots if slot.missed]
    assert len(missed) == 10
    made = drafts(branch, on=on)
    assert [row.day.month for row in made] == [11, 12] and all(row.day > on for row in made)


def test_the_day_before_the_year_and_its_last_day_hold():
    make_rule(kind=Kind.THEME_DAY)
    branch = make_organisation(theme_day=31)
    assert len(drafts(branch, on=date(YEAR, 12, 30))) == 1
    assert drafts(branch, on=date(YEAR, 12, 31)) == []


def test_a_branch_is_asked_for_nothing_before_it_was_founded():
    make_rule(kind=Kind.THEME_DAY)
    branch = make_organisation(theme_day=15, founded_on=date(YEAR, 6, 1))
    assert [row.day.month for row in drafts(branch)] == [6, 7, 8, 9, 10, 11, 12]


def test_drafts_have_the_usual_hour_and_place_and_the_words_of_their_kind():
    make_rule(kind=Kind.THEME_DAY)
    branch = make_organisation(theme_day=15)
    starts = planning.timezone.make_aware(planning.datetime(2029, 12, 12, 14, 30))
    make_activity(branch, starts=starts, place="二楼会议室", state=ActivityState.HELD)
    kind_templates.keep(
        kind=Kind.THEME_DAY, organisation=branch, version=0, by=None, expects="党员", agenda="读报", bring="报纸"
    )
    first = drafts(branch)[0]
    local = planning.timezone.localtime(first.starts)
    assert (local.hour, local.minute, first.place) == (14, 30, "二楼会议室")
    assert first.agenda == "读报" and "报纸" in first.note and first.title == "1月主题党日"


@pytest.mark.django_db(transaction=True)
def test_two_secretaries_at_once_make_each_draft_once():
    seed_rules()
    branch = big_branch(theme_day=15)
    failures = []

    def work():
        try:
            drafts(branch)
        except Exception as error:  # noqa: BLE001 - whatever it is, the test tells it
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert kinds_of(Activity.objects.all())[Kind.THEME_DAY] == 12


# --- templates --------------------------------------------------------------------------------------------------------


def test_a_branch_s_own_words_come_before_the_bureau_s_and_those_before_ours():
    branch, other = make_organisation(), make_organisation()
    whose = {"kind": Kind.GENERAL, "version": 0, "by": None, "expects": "", "bring": ""}
    assert kind_templates.for_organisation(branch)[Kind.GENERAL].agenda
    kind_templates.keep(**whose, organisation=None, agenda="局里的议程")
    assert kind_templates.for_organisation(branch)[Kind.GENERAL].agenda == "局里的议程"
    kind_templates.keep(**whose, organisation=branch, agenda="支部的议程")
    assert kind_templates.for_organisation(branch)[Kind.GENERAL].agenda == "支部的议程"
    assert kind_templates.for_organisation(other)[Kind.GENERAL].agenda == "局里的议程"
    kind_templates.restore(kind=Kind.GENERAL, organisation=branch, by=None)
    assert kind_templates.for_organisation(branch)[Kind.GENERAL].agenda == "局里的议程"


def test_every_kind_has_words_of_its_own():
    texts = kind_templates.for_organisation(None)
    assert set(texts) == set(Kind) and all(text.agenda and text.expects for text in texts.values())


def test_who_was_slower_overwrites_no_template():
    branch = make_organisation()
    whose = {"kind": Kind.GENERAL, "organisation": branch, "version": 0, "by": None, "expects": "", "bring": ""}
    kind_templates.keep(**whose, agenda="先")
    with pytest.raises(ValidationError) as refused:
        kind_templates.keep(**whose, agenda="后")
    assert refused.value.code == "stale" and ActivityTemplate.objects.get().agenda == "先"


def test_a_secretary_edits_the_branch_s_templates_and_the_office_the_bureau_s(client):
    branch, other = make_organisation(), make_organisation()
    url = reverse("activities:template", args=[Kind.THEME_DAY])
    words = {"version": 0, "expects": "党员", "agenda": "读报", "bring": "报纸"}
    client.force_login(make_secretary(branch))
    assert "重温入党誓词" in client.get(url).content.decode()
    assert client.post(url, words).status_code == 302
    assert "读报" in client.get(url).content.decode()
    assert ActivityTemplate.objects.get().organisation == branch
    assert client.post(f"{url}?branch={other.pk}", words).status_code == 404
    assert client.post(url, words).status_code == 422
    client.force_login(make_office())
    assert client.post(url, words).status_code == 302
    assert ActivityTemplate.objects.filter(organisation=None).count() == 1


# --- the page ---------------------------------------------------------------------------------------------------------


def address(branch, year=None):
    return f"{reverse('activities:plan')}?branch={branch.pk}&year={year or today().year + 1}"


def row_data(activity, **typed):
    """What a page sends for a row: as it stood, with what was typed."""
    form = RowForm(activity=activity)
    values = form.initial | typed
    return {form.add_prefix(name): value for name, value in values.items()}


@pytest.fixture
def branch():
    make_rule(kind=Kind.THEME_DAY)
    make_branch_index()
    return make_organisation(theme_day=15)


@pytest.fixture
def secretary(client, branch):
    user = make_secretary(branch)
    client.force_login(user)
    return user


def generated(client, branch):
    """The drafts of next year, made on the page."""
    url = f"{reverse('activities:plan_generate')}?branch={branch.pk}&year={today().year + 1}"
    assert client.post(url, {"lectures": "together"}).status_code == 302
    return list(Activity.objects.order_by("starts"))


def test_a_secretary_generates_fills_in_and_sends_out(client, branch, secretary):
    member = make_user(member=make_member(branch=branch))
    made = generated(client, branch)
    assert len(made) == 12 and not Notification.objects.exists()
    first, second = made[:2]
    data = row_data(first, title="学条例", place="三楼") | row_data(second, title="访农户", place="村委会")
    assert client.post(address(branch), {**data, "do": "save"}).status_code == 302
    first.refresh_from_db()
    assert (first.title, first.place, first.state) == ("学条例", "三楼", ActivityState.DRAFT)
    answer = client.post(address(branch), {"do": "publish", "chosen": [first.pk, second.pk]})
    assert answer.status_code == 302
    assert Activity.objects.filter(state=ActivityState.SCHEDULED).count() == ActivityPage.objects.live().count() == 2
    assert Notification.objects.filter(user=member).count() == 2


def test_a_bad_row_keeps_its_text_and_the_others_are_saved(client, branch, secretary):
    good, bad, *_rest = generated(client, branch)
    data = row_data(good, title="学条例") | row_data(bad, title="错行标题", starts_at="18:00", ends_at="09:00")
    answer = client.post(address(branch), {**data, "do": "publish", "chosen": [good.pk, bad.pk]})
    page = answer.content.decode()
    assert answer.status_code == 422 and "错行标题" in page and "结束时间须晚于开始时间" in page
    assert Activity.objects.get(pk=good.pk).title == "学条例"
    assert Activity.objects.get(pk=bad.pk).title != "错行标题"
    assert not Activity.objects.filter(state=ActivityState.SCHEDULED).exists()


def test_who_was_slower_overwrites_no_row_and_untouched_rows_do_not_matter(client, branch, secretary):
    typed, untouched, *_rest = generated(client, branch)
    data = row_data(typed, title="我的标题") | row_data(untouched)
    for activity in (typed, untouched):
        planning.change(activity=activity, version=1, by=None, title="先到的标题")
    answer = client.post(address(branch), {**data, "do": "save"})
    assert answer.status_code == 422 and "我的标题" in answer.content.decode()
    assert set(Activity.objects.filter(pk__in=[typed.pk, untouched.pk]).values_list("title", flat=True)) == {
        "先到的标题"
    }


def test_a_row_is_saved_as_soon_as_it_is_left(client, branch, secretary):
    activity = generated(client, branch)[0]
    url = reverse("activities:plan_row", args=[activity.pk])
    answer = client.post(url, row_data(activity, title="学条例"), headers={"HX-Request": "true"})
    assert "已保存" in answer.content.decode()
    activity.refresh_from_db()
    assert activity.title == "学条例" and RowForm(activity=activity).initial["seen"] in answer.content.decode()
    assert client.post(url, row_data(activity, day="31日")).status_code == 422
    planning.change(activity=activity, version=2, by=None, place="三楼")
    planning.schedule(activity=activity, by=None)
    assert client.post(url, row_data(activity, title="别的")).status_code == 422
    client.force_login(make_secretary())
    assert client.post(url, row_data(activity, title="别的")).status_code == 404


def test_sending_out_shows_clashes_once(client, branch, secretary):
    activity = generated(client, branch)[0]
    planning.change(activity=activity, version=1, by=None, place="三楼")
    make_posting(member=make_member(branch=branch, name="段立本"), ends=activity.day)
    data = {"do": "publish", "chosen": [activity.pk]}
    answer = client.post(address(branch), data)
    assert answer.status_code == 200 and "段立本" in answer.content.decode()
    assert not Activity.objects.filter(state=ActivityState.SCHEDULED).exists()
    token = answer.context["asks"]
    assert client.post(address(branch), {**data, "clashes": token}).status_code == 302
    assert Activity.objects.filter(state=ActivityState.SCHEDULED).count() == 1


def test_what_has_no_place_is_not_sent_out_and_the_others_are(client, branch, secretary):
    first, second, *_rest = generated(client, branch)
    planning.change(activity=first, version=1, by=None, place="三楼")
    answer = client.post(address(branch), {"do": "publish", "chosen": [first.pk, second.pk]})
    assert answer.status_code == 422 and "请填写地点" in answer.content.decode()
    assert list(Activity.objects.filter(state=ActivityState.SCHEDULED)) == [first]


def test_drafts_are_thrown_away_and_what_was_told_is_not(client, branch, secretary):
    first, second, *rest = generated(client, branch)
    assert client.post(address(branch), {"do": "discard", "chosen": [first.pk]}).status_code == 302
    assert not Activity.objects.filter(pk=first.pk).exists()
    planning.change(activity=second, version=1, by=None, place="三楼")
    planning.schedule(activity=second, by=None)
    with pytest.raises(ValidationError):
        year_plan.discard(activity=second, by=None)
    assert Activity.objects.count() == 11


def test_the_page_says_why_a_theme_day_moves_and_that_holidays_are_not_known(client, branch, secretary):
    page = client.get(address(branch)).content.decode()
    assert "节假日安排尚未录入" in page and "因周末调整" in page
    Holiday.objects.create(day=date(today().year + 1, 1, 1), name="元旦")
    assert "节假日安排尚未录入" not in client.get(address(branch)).content.decode()


def test_the_fixed_day_is_set_on_the_page(client, branch, secretary):
    url = f"{reverse('activities:plan_fix_day')}?branch={branch.pk}"
    client.post(url, {"week": 3, "weekday": 5})
    branch.refresh_from_db()
    assert (branch.theme_day, branch.theme_week, branch.theme_weekday) == (None, 3, 5)
    for wrong in ({}, {"day": 40}, {"day": 5, "week": 3, "weekday": 5}, {"week": 3}, {"week": 9, "weekday": 1}):
        client.post(url, wrong)
    branch.refresh_from_db()
    assert branch.theme_week == 3


@pytest.mark.parametrize("query", ["year=1999", "year=2099", "branch=0", "branch=x", "branch=99999999999999999999"])
def test_a_year_or_branch_that_is_none_is_not_found(client, branch, secretary, query):
    assert client.get(f"{reverse('activities:plan')}?{query}").status_code == 404


def test_the_plan_of_a_branch_is_its_own(client, branch):
    make_activity(branch, state=ActivityState.DRAFT, title="内部草稿")
    client.force_login(make_secretary())
    assert client.get(address(branch)).status_code == 404
    assert client.post(f"{reverse('activities:plan_generate')}?branch={branch.pk}").status_code == 404
    assert client.post(f"{reverse('activities:plan_fix_day')}?branch={branch.pk}", {"day": 3}).status_code == 404
    client.force_login(make_staff())
    assert client.get(address(branch)).status_code == 404
