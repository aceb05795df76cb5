"""The form of an activity: filled from another one, from an agreement or from the plan; clashes as one types."""

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from activities.choices import ActivityState, ItemList, Kind
from activities.models import Activity
from tests.factories.activities import make_activity, make_agreement, make_branch_index, make_item, moment
from tests.factories.staff import (
    make_member,
    make_office,
    make_organisation,
    make_partner_organisation,
    make_posting,
    make_secretary,
    make_staff,
    today,
)

pytestmark = pytest.mark.django_db

NEW = reverse("activities:create")


@pytest.fixture
def branch():
    make_branch_index()
    return make_organisation(theme_day=15)


@pytest.fixture
def user(client, branch):
    user = make_secretary(branch)
    client.force_login(user)
    return user


def started(client, **query):
    """What the form starts with."""
    return client.get(NEW, query).context["form"].initial


def sent(branch, **data):
    """What the form sends for a theme day on an ordinary Monday."""
    day = today(7)
    day += timedelta(days=(7 - day.weekday()) % 7)
    times = {"day": day.isoformat(), "starts_at": "09:00", "ends_at": "11:00"}
    return {
        "kinds": ["theme_day"], "lead": branch.pk, "title": "学条例", "place": "会议室", "do": "draft", **times, **data
    }  # fmt: skip


def test_last_month_s_arrangement_fills_the_form_with_the_next_fixed_day(client, branch, user):
    co_host = make_organisation()
    last = make_activity(
        branch, title="学条例", place="三楼", starts=moment(days=-20), state=ActivityState.HELD, co_hosts=[co_host]
    )
    for like in ("last", last.pk):
        initial = started(client, like=like)
        assert (initial["title"], initial["place"], initial["co_hosts"]) == ("学条例", "三楼", [co_host])
        assert initial["day"] > today() and initial["version"] is None
        assert initial["starts_at"] == timezone.localtime(last.starts).time()
    assert "学条例" in client.get(NEW, {"like": last.pk}).content.decode()


def test_nobody_copies_what_they_do_not_keep(client, branch, user):
    other = make_activity(title="别人的草稿", state=ActivityState.DRAFT)
    assert client.get(NEW, {"like": other.pk}).status_code == 404
    assert client.get(NEW, {"like": 99999}).status_code == 404


def test_what_a_plan_misses_fills_kind_day_and_words(client, branch, user):
    initial = started(client, branch=branch.pk, kind="committee", day="2030-03-05")
    assert initial["kinds"] == [Kind.COMMITTEE] and initial["day"] == date(2030, 3, 5)
    assert "研究本月工作安排" in initial["agenda"] and "支部委员" in initial["note"]
    for odd in ({"kind": "nothing"}, {"day": "2030-02-30"}, {"branch": "x"}, {"branch": 99999}, {"like": "x"}):
        assert client.get(NEW, odd).status_code == 200


def test_a_project_of_an_agreement_fills_hosts_partners_and_where_it_belongs(client, branch, user):
    ours, partner = make_organisation(), make_partner_organisation()
    agreement = make_agreement(lead=branch, parties=[ours, partner])
    item = make_item(agreement=agreement, title="联合开展夜市普法宣传")
    initial = started(client, item=item.pk)
    assert initial["title"] == item.title and initial["kinds"] == [Kind.JOINT]
    assert (initial["co_hosts"], initial["partners"]) == ([ours], [partner])
    page = client.get(NEW, {"item": item.pk}).context["form"]
    data = sent(branch, co_hosts=page["co_hosts"].value(), partners=page["partners"].value(), project=item.pk)
    assert client.post(NEW, data).status_code == 302
    made = Activity.objects.get()
    assert (made.project, made.agreement) == (item, agreement)
    assert set(made.partners.all()) == {partner} and made.hosts.count() == 2 and made.lead == branch
    assert client.get(NEW, {"agreement": agreement.pk}).context["form"].initial["agreement"] == agreement.pk
    for wrong in ({"item": 99999}, {"item": "x"}, {"agreement": 99999}):
        assert client.get(NEW, wrong).status_code == 404


def test_only_agreements_of_the_lead_and_only_their_projects_can_be_chosen(client, branch, user):
    mine = make_agreement(lead=branch)
    project, need = make_item(agreement=mine), make_item(agreement=mine, list=ItemList.NEED)
    other = make_agreement()
    form = client.get(NEW).context["form"]
    assert list(form.fields["agreement"].queryset) == [mine]
    assert list(form.fields["project"].queryset) == [project]
    for wrong in ({"agreement": other.pk}, {"project": need.pk}, {"project": make_item(agreement=other).pk}):
        assert client.post(NEW, sent(branch, **wrong)).status_code == 422
    second = make_agreement(lead=branch)
    assert client.post(NEW, sent(branch, project=project.pk, agreement=second.pk)).status_code == 422
    assert not Activity.objects.exists()


def test_hosts_and_partners_are_typed_by_name(client, branch, user):
    co_host, partner = make_organisation(), make_partner_organisation()
    wrong = client.post(NEW, sent(branch, co_hosts=f"{co_host.name}、没有的支部", partners=partner.name))
    assert wrong.status_code == 422 and "没有的支部" in wrong.content.decode()
    swapped = client.post(NEW, sent(branch, co_hosts=partner.name))
    assert swapped.status_code == 422
    client.post(NEW, sent(branch, co_hosts=f"{co_host.name}；{co_host.name}", partners=partner.name))
    made = Activity.objects.get()
    assert {host.organisation for host in made.hosts.all()} == {branch, co_host}
    assert list(made.partners.all()) == [partner]


def test_whoever_arranges_for_many_types_the_lead(client, branch):
    for _number in range(25):
        make_organisation()
    client.force_login(make_office())
    form = client.get(NEW, {"branch": branch.pk}).context["form"]
    assert form["lead"].value() == branch.name
    assert client.post(NEW, sent(branch, lead=branch.name)).status_code == 302
    assert client.post(NEW, sent(branch, lead="没有的支部")).status_code == 422
    assert Activity.objects.get().lead == branch


def test_organisations_are_offered_by_name_within_what_may_be_chosen(client, branch, user):
    partner = make_partner_organisation(name="太和社区党委")
    elsewhere = make_organisation(name="太和烟站党支部")
    url = reverse("activities:organisation_options")

    def offered(offers):
        return client.get(url, {"offers": offers, "q": "太和"}).content.decode()

    assert partner.name in offered("partners") and elsewhere.name not in offered("partners")
    assert elsewhere.name in offered("ours") and partner.name not in offered("ours")
    assert "太和" not in offered("own")
    client.force_login(make_staff())
    assert client.get(url, {"q": "太和"}).status_code == 404


def test_clashes_stand_beside_the_form_before_it_is_sent(client, branch, user):
    make_posting(member=make_member(branch=branch, name="段立本"), ends=today(60))
    url = reverse("activities:clashes")
    page = client.get(url, sent(branch)).content.decode()
    assert "段立本" in page and "1名党员" in page and "checked" not in page
    token = client.get(url, sent(branch)).context["token"]
    assert "checked" in client.get(url, sent(branch, clashes=token)).content.decode()
    assert client.get(url, {"lead": "x"}).status_code == 200
    assert "段立本" not in client.get(url, sent(make_organisation())).content.decode()
    other = make_activity()
    assert client.get(url, sent(branch, apart=other.pk)).status_code == 404


def test_a_confirmation_does_not_hold_for_other_clashes(client, branch, user):
    make_posting(member=make_member(branch=branch), ends=today(60))
    data = sent(branch, do="schedule")
    token = client.post(NEW, data).context["token"]
    at_ten = timezone.make_aware(datetime.fromisoformat(f"{data['day']}T10:00"))
    make_activity(branch, title="党课", starts=at_ten)
    again = client.post(NEW, {**data, "clashes": token})
    assert again.status_code == 200 and "党课" in again.content.decode()
    assert client.post(NEW, {**data, "clashes": again.context["token"]}).status_code == 302


def test_the_plan_and_last_month_s_arrangement_are_a_step_from_the_list(client, branch, user):
    page = client.get(reverse("activities:list")).content.decode()
    assert reverse("activities:plan") in page and f"{NEW}?like=last" in page
