"""Each role's main job by hand, on a phone and on a PC: what the portal is for, without a detour."""

import time
from io import BytesIO

import pytest
from PIL import Image

from activities.choices import ActivityState, SuggestionState
from activities.models import Activity, ActivityPage, Attendance, Suggestion
from staff.models import Visit
from tests.factories import activities as act
from tests.factories import staff as make
from tests.world import make_world

# Arranging and publishing a theme day takes no longer, and no more touches than these.
MOST_SECONDS, MOST_TOUCHES = 60, 5


@pytest.fixture
def world(live_server):
    return make_world()


@pytest.fixture
def photo(tmp_path):
    out = BytesIO()
    Image.effect_noise((1200, 900), 60).convert("RGB").save(out, "JPEG")
    path = tmp_path / "photo.jpg"
    path.write_bytes(out.getvalue())
    return path


def test_staff_record_a_visit_with_a_photo(open_as, world, size, photo):
    page = open_as(world.users["staff"], size)
    page.goto("/plots/")
    page.locator(f"a[href='/plots/{world.here.plot.pk}/visit/']:visible").first.click()
    page.fill("input[name=households]", "12")
    page.fill("textarea[name=summary]", "查看烤房用火安全，提醒清理灶口杂物。")
    page.set_input_files("input[name=photos]", photo)
    page.click("main button[type=submit]:has-text('提交走访记录')")
    page.wait_for_url(f"**/plots/{world.here.plot.pk}/")
    assert page.locator("main img").first.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    visit = Visit.objects.latest("pk")
    assert (visit.households, visit.photos.count()) == (12, 1)


def test_a_secretary_arranges_publishes_and_marks(open_as, world, size):
    branch = world.here.branch
    page = open_as(world.users["secretary"], size)
    page.goto("/activities/")
    touches, began = 0, time.monotonic()
    page.locator("a[href='/activities/new/']:visible").first.click()
    touches += 1
    page.fill("input[name=title]", "学条例、访农户")
    touches += 1
    if not page.input_value("input[name=place]"):
        page.fill("input[name=place]", "三楼党员活动室")
        touches += 1
    page.click("main button[value=schedule]")
    touches += 1
    # Somebody of the branch serves elsewhere on that day: the form says so once, and a second press goes on.
    page.locator("#clashes input:checked").wait_for()
    page.click("main button[value=schedule]")
    touches += 1
    page.wait_for_url(lambda url: url.rstrip("/").split("/")[-1].isdigit())
    assert time.monotonic() - began < MOST_SECONDS and touches <= MOST_TOUCHES
    activity = Activity.objects.get(title="学条例、访农户")
    assert activity.state == ActivityState.SCHEDULED and activity.lead == branch
    assert ActivityPage.objects.get(activity=activity).live
    expected = Attendance.objects.filter(activity=activity).count()
    assert expected >= 3

    past = act.make_activity(branch, starts=act.moment(-3), expected=[world.here.member, world.users["manager"].member])
    page.goto(f"/activities/{past.pk}/attendance/")
    page.locator(f"label:has(input[name='state-{world.here.member.pk}'][value=leave])").click()
    page.fill(f"input[name='reason-{world.here.member.pk}']", "外出培训")
    page.click("main button[value=rest]")
    page.wait_for_load_state()
    states = dict(Attendance.objects.filter(activity=past).values_list("member", "state"))
    assert states == {world.here.member.pk: "leave", world.users["manager"].member.pk: "present"}


def test_a_manager_reads_the_cockpit_and_takes_a_roster_out(open_as, world, size):
    page = open_as(world.users["manager"], size)
    page.goto("/manage/")
    assert page.locator("main .stat, main table").count() > 0
    page.goto("/deployments/roster/")
    if not page.locator("input[name=on]").is_visible():
        page.locator("details:has(input[name=on]) > summary").click()
    page.locator("input[name=on]").fill(make.today(3).isoformat())
    page.locator("input[name=on]").press("Enter")
    page.wait_for_url("**on=*")
    assert page.get_by_text(world.here.member.name).first.is_visible()
    with page.expect_download() as taken:
        page.locator("a[href*='format=xlsx']:visible").first.click()
    assert taken.value.suggested_filename.endswith(".xlsx")


def test_the_office_accepts_and_assigns_a_suggestion(open_as, world, size):
    suggestion = act.make_suggestion(author=world.here.member, organisation=world.here.branch)
    page = open_as(world.users["office"], size)
    page.goto("/suggestions/")
    page.locator(f"a[href='{suggestion.get_absolute_url()}']:visible").first.click()
    page.locator(f"form[action$='/{suggestion.pk}/accept/'] button").click()
    page.wait_for_load_state()
    page.locator(f"a[href*='/{suggestion.pk}/assign/']:visible").first.click()
    form = page.locator("form:has(select[name=lead_unit])")
    form.locator("select[name=lead_unit]").select_option(str(world.here.unit.pk))
    form.locator("button[type=submit]").click()
    page.wait_for_load_state()
    suggestion = Suggestion.objects.get(pk=suggestion.pk)
    assert suggestion.state == SuggestionState.ASSIGNED and suggestion.lead_unit == world.here.unit
