"""In English: what the portal itself wrote is read in the reader's language, what people wrote stands as it is."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format

from activities import fixed_days, kind_templates, phrases, suggestions, year_plan
from activities.choices import Kind
from activities.compliance import seed_rules
from activities.models import BranchIndexPage, MeetingRule
from home.models import HomePage, NewsIndexPage
from staff import leaves, seeded, wording
from staff.models import Holiday, Notification, Preference
from tests.factories.activities import make_suggestion
from tests.factories.home import make_news
from tests.factories.staff import (
    make_leave,
    make_manager,
    make_office,
    make_organisation,
    make_posting,
    make_secretary,
    make_staff,
    make_unit,
    today,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(client):
    """A reader who chose English."""
    client.cookies["django_language"] = "en"
    return client


def test_only_the_portals_own_texts_are_translated():
    with translation.override("en"):
        assert seeded.shown("工作动态") == "News"
        assert seeded.shown("") == "" and seeded.shown("首页") == "首页"
    assert seeded.shown("工作动态") == "工作动态"


@pytest.mark.parametrize(("model", "title"), [(NewsIndexPage, "News"), (BranchIndexPage, "Branches")])
def test_sections_are_called_in_english_until_the_office_calls_them_otherwise(client, model, title):
    page = model.objects.get()
    assert f"<h1>{title}</h1>" in client.get(page.url).text.replace("\n", "")
    page.title = "本局要闻"
    page.save()
    assert "<h1>本局要闻</h1>" in client.get(page.url).text.replace("\n", "")


def test_the_front_page_and_the_way_back_to_a_section(client):
    article = make_news(title="收购开秤", audience="public")
    assert str(HomePage.objects.get().motto) not in client.get("/").text
    page = client.get(article.url).text
    assert "News</a>" in page and "工作动态" not in page and "收购开秤" in page


def test_rules_name_their_sources_in_english_and_the_bureau_s_own_as_written(client):
    seed_rules()
    MeetingRule.objects.filter(kind=Kind.LECTURE).update(source="局党委2026年1号文")
    client.force_login(make_secretary(make_organisation()))
    page = client.get(reverse("activities:compliance")).text
    assert "Regulations on the Work of CPC Branches" in page and "局党委2026年1号文" in page
    assert "支部工作条例" not in page


def test_days_off_are_named_in_english():
    day = Holiday(day=date(2029, 10, 1), name="国庆节")
    with translation.override("en"):
        assert (day.label, fixed_days.objection(day.day, {day.day: day})) == ("National Day", "National Day")
        assert Holiday(day=day.day, name="局庆").label == "局庆"


def test_what_is_proposed_is_in_the_language_of_who_schedules(client):
    branch = make_organisation(theme_day=15)
    client.force_login(make_secretary(branch))
    page = client.get("/activities/new/").text
    assert "Renew the oath of admission" in page and "重温入党誓词" not in page
    MeetingRule.objects.create(kind=Kind.THEME_DAY, every="month", source="本局")
    with translation.override("en"):
        kind_templates.keep(
            kind=Kind.TALK, organisation=branch, version=0, by=None, expects="两人", agenda="谈心", bring=""
        )
        assert kind_templates.for_organisation(branch)[Kind.TALK].agenda == "谈心"
        made = year_plan.generate(branch=branch, year=2029, by=None, on=date(2029, 12, 1))
    assert [row.title for row in made] == ["Theme day, December"]
    assert made[0].note.startswith("Who comes: All Party members.")


def test_the_history_of_a_suggestion_is_read_in_english_whoever_acted(client):
    office, unit = make_office(), make_unit(name="富民局")
    suggestion = make_suggestion()
    suggestions.accept(suggestion=suggestion, seen=suggestion.state, by=office)
    with translation.override("en"):
        suggestions.assign(suggestion=suggestion, lead_unit=unit, assisting=[make_unit()], seen="accepted", by=office)
    suggestion.refresh_from_db()
    manager = make_manager(unit)
    suggestions.start(suggestion=suggestion, seen=suggestion.state, by=manager)
    suggestions.answer(suggestion=suggestion, verdict="adopted", text="主办：已办", seen="in_progress", by=manager)
    client.force_login(office)
    page = client.get(suggestion.get_absolute_url()).text
    assert "Lead unit: 富民局; assisting: " in page and "Adopted: 主办：已办" in page
    kept = [event.text for event in suggestion.events.exclude(text="")]
    assert kept[0].startswith("主办：富民局；会办：") and kept[1] == "采纳:主办：已办"
    with translation.override("en"):
        assert phrases.read("请先办理") == "请先办理"
        assert phrases.read("评价：不满意，重新办理") == "Rating: Not satisfied; handled again"
        assert phrases.read("关联：责任田") == "Linked: Plot"
    with translation.override("zh-hans"):
        assert phrases.read("评价：满意") == "评价：满意"


def test_who_reads_english_is_told_in_english_by_who_does_not():
    reader, office = make_staff(), make_office()
    Preference.objects.create(user=reader, language="en")
    posting = make_posting(member=reader.member, state="in_post", starts=today(-5), ends=today(60))
    leave = make_leave(posting=posting, starts=today(1), ends=today(5))
    leaves.decide(leave=leave, approve=True, by=office)
    suggestion = make_suggestion(author=reader.member)
    suggestions.accept(suggestion=suggestion, seen=suggestion.state, by=office)
    told = Notification.objects.filter(user=reader).order_by("pk").values_list("text", flat=True)
    assert len(told) == 2 and all(text.isascii() for text in told), list(told)


def test_dates_and_names_in_a_row_are_written_as_english_writes_them(client):
    assert wording.listed(["甲", "乙"]) == "甲、乙"
    with translation.override("en"):
        assert date_format(date(2022, 12, 29)) == "29 December 2022"
        assert wording.listed(["甲", "乙"]) == "甲, 乙" and wording.colon() == ": "
    client.force_login(make_staff())
    assert f"{today():%A}, {date_format_en(today())}" in client.get("/me/").text


def date_format_en(day):
    """The day as the pages write it in English."""
    return f"{day.day} {day:%B %Y}"


def test_a_first_password_leads_on_to_signing_in(client):
    page = client.get("/accounts/password/reset/key/done/").text
    assert 'href="/accounts/login/"' in page.split("<main")[1] and "Your password is set" in page


def test_the_portal_has_one_name_in_english_in_the_admin_and_on_error_pages_too(client):
    client.force_login(make_office())
    for page in (client.get("/admin/").text, client.get("/nothing-here/").text):
        assert "Zerentian" in page and "责任田" not in page and "- Plots</title>" not in page
    seed_rules()
    assert "Regulations on the Work of CPC Branches" in client.get("/admin/activities/meetingrule/").text
