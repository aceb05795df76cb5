"""What a machine can find against readers with a disability: nothing serious on any main page, light or dark."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils.timezone import localdate

from tests.world import make_world

SERIOUS = {"serious", "critical"}
PUBLIC = ("/", "/news/", "{here.public_news.url}", "/notices/", "/exemplars/", "/branches/", "/activities/")
READ = (
    "/",
    "/me/",
    "/me/notifications/",
    "/me/settings/",
    "/members/",
    "/members/{here.member.pk}/",
    "/plots/",
    "/plots/{here.plot.pk}/",
    "/activities/{here.activity.pk}/",
    "{here.activity_page.url}",
    "{here.branch_page.url}",
    "/suggestions/",
    "/suggestions/{here.suggestion.pk}/",
    "/suggestions/new/",
    "/agreements/",
    "/agreements/{here.agreement.pk}/",
    "/updates/",
    "/updates/new/",
    "/search/?q=走访",
)
MAIN_PAGES = {
    "anonymous": (*PUBLIC, "/accounts/login/", "/accounts/password/reset/", "/search/?q=夜市"),
    "staff": (*READ, "/plots/{here.plot.pk}/visit/", "/deployments/postings/{here.posting.pk}/"),
    "secretary": (
        "/activities/",
        "/activities/calendar/{today:%Y/%m}/",
        "/activities/calendar/week/{today:%Y-%m-%d}/",
        "/activities/calendar/agenda/{today:%Y-%m-%d}/",
        "/activities/new/",
        "/activities/plan/",
        "/activities/templates/theme_day/",
        "/activities/{here.activity.pk}/edit/",
        "/activities/{here.activity.pk}/attendance/",
        "/activities/{here.activity.pk}/minutes/theme_day/",
        "/activities/motions/{here.motion.pk}/",
        "/activities/compliance/",
        "/agreements/{here.agreement.pk}/edit/",
        "/suggestions/{here.suggestion.pk}/",
    ),
    "manager": (
        "/manage/",
        "/plots/coverage/",
        "/deployments/",
        "/deployments/{here.round.pk}/",
        "/deployments/{here.round.pk}/add/",
        "/deployments/roster/",
    ),
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("role", MAIN_PAGES)
def test_nothing_serious_stands_in_the_way(open_as, live_server, role, scheme):
    world = make_world()
    page = open_as(world.users[role], "pc" if scheme == "light" else "phone", color_scheme=scheme)
    axe, wrong = Axe(), []
    for pattern in MAIN_PAGES[role]:
        address = pattern.format(here=world.here, today=localdate())
        answer = page.goto(address)
        assert answer.status == 200, address
        if page.locator("h1").count() != 1:
            wrong.append((address, f"{page.locator('h1').count()} h1"))
        found = axe.run(page, options={"resultTypes": ["violations"]})
        wrong += [
            (address, hit["id"], hit["nodes"][0]["html"][:120])
            for hit in found.response["violations"]
            if hit["impact"] in SERIOUS
        ]
    assert wrong == []
