"""One suggestion through every state, each step by the hand of its role: the next step is one button in sight."""

import pytest

from activities import suggestions
from activities.choices import SuggestionState as State
from activities.models import Suggestion
from home.models import NewsPage
from staff.models import Notification
from tests.browser.conftest import SIZES
from tests.factories import activities as act
from tests.factories import staff as make

TEXT = "夜市入口增设举报电话公示牌，晚上八点以后巡查。"


class Hands:
    """The people of one suggestion, each at a screen of their own that stays open."""

    def __init__(self, open_as, size):
        self.open_as, self.height = open_as, SIZES[size]["viewport"]["height"]
        self.size, self.pages = size, {}
        self.county = make.make_unit(name="官渡区局")
        self.branch = make.make_organisation(unit=self.county)
        self.wrong, self.right, self.helping = (make.make_unit(name=name) for name in ("营销科", "稽查科", "物流科"))
        self.users = {
            "author": make.make_staff(name="赵铁柱", branch=self.branch, unit=self.county),
            "secretary": make.make_secretary(self.branch),
            "office": make.make_office(),
            "wrong": make.make_manager(self.wrong),
            "right": make.make_manager(self.right),
            "helping": make.make_manager(self.helping),
        }

    def page(self, who):
        """The screen of `who`."""
        if who not in self.pages:
            # What is refused comes back with its reason, and is counted by nobody but the browser.
            self.pages[who] = self.open_as(self.users[who], self.size, expects=["422"])
        return self.pages[who]

    def find(self, who, row, told=False):
        """`who` comes to the suggestion from their own day, or from what reached them."""
        page = self.page(who)
        page.goto("/me/notifications/" if told else "/me/")
        if told:
            page.locator(f"main a:has-text('{row.number}')").first.click()
        else:
            page.locator(f"main a[href='{row.get_absolute_url()}']:visible").first.click()
        page.wait_for_url(f"**{row.get_absolute_url()}")
        return page

    def press(self, page, label):
        """Press the one button that says what is next: it is in sight at once, and says just that."""
        button = page.locator("#steps .button.primary")
        assert button.count() == 1 and button.inner_text().strip() == label
        box = button.bounding_box()
        assert box["y"] + box["height"] <= self.height and box["height"] >= 40
        button.click()

    def send(self, page, label):
        """Send the step's own page."""
        page.click(f"main form button[type=submit]:has-text('{label}')")

    def done(self, page, row, state):
        """The page says that it was done and where the suggestion stands now; nobody else's button is on it."""
        page.get_by_text("已办理。").wait_for()
        page.wait_for_url(f"**{row.get_absolute_url()}")
        row.refresh_from_db()
        assert row.state == state
        assert page.locator(".path [aria-current=step]").inner_text().strip() == state.label
        wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        assert not wide

    def assign(self, row, unit, assisting=()):
        """The office names the units."""
        page = self.find("office", row)
        self.press(page, "交办")
        page.select_option("select[name=lead_unit]", str(unit.pk))
        for one in assisting:
            page.check(f"input[name=assisting][value='{one.pk}']")
        self.send(page, "交办")
        self.done(page, row, State.ASSIGNED)


@pytest.fixture
def hands(live_server, open_as, size):
    return Hands(open_as, size)


def test_from_the_author_through_every_hand_and_back(hands):
    page = hands.page("author")
    page.goto("/suggestions/")
    page.locator("a.primary[href='/suggestions/new/']:visible").first.click()
    page.fill("textarea[name=text]", TEXT)
    page.click("main form button[type=submit]:has-text('提交')")
    page.get_by_text("已登记，编号").wait_for()
    row = Suggestion.objects.get()
    assert (row.text, row.state) == (TEXT, State.LOGGED)
    assert page.locator("#steps").count() == 0

    page = hands.find("secretary", row)
    hands.press(page, "立案")
    hands.done(page, row, State.ACCEPTED)

    hands.assign(row, hands.wrong)
    page = hands.find("wrong", row)
    page.click(".steps-menu summary")
    page.click(".steps-menu a:has-text('退回')")
    page.fill("textarea[name=reason]", "属稽查科职责。")
    hands.send(page, "退回")
    hands.done(page, row, State.RETURNED)
    assert page.locator("#steps").count() == 0

    hands.assign(row, hands.right, [hands.helping])
    page = hands.find("right", row)
    hands.press(page, "开始办理")
    hands.done(page, row, State.IN_PROGRESS)

    page = hands.find("helping", row, told=True)
    hands.press(page, "记录进展")
    page.fill("textarea[name=text]", "公示牌可随车运到。")
    hands.send(page, "记录进展")
    hands.done(page, row, State.IN_PROGRESS)

    for verdict, text, rating, state in (
        ("partly", "先设两块试一个月。", "dissatisfied", State.IN_PROGRESS),
        ("adopted", "八个入口全部设立。", "satisfied", State.CLOSED),
    ):
        page = hands.find("right", row)
        hands.press(page, "答复")
        page.check(f"input[name=verdict][value={verdict}]")
        page.fill("textarea[name=text]", text)
        hands.send(page, "答复")
        hands.done(page, row, State.ANSWERED)
        page = hands.find("author", row)
        assert text in page.inner_text("main")
        hands.press(page, "评价")
        page.check(f"input[name=rating][value={rating}]")
        hands.send(page, "评价")
        hands.done(page, row, state)
    assert (row.reopened, row.rating, row.verdict) == (True, "satisfied", "adopted")
    assert page.locator("#steps").count() == 0

    page = hands.page("office")
    page.goto(row.get_absolute_url())
    page.click("button:has-text('发布为动态')")
    page.wait_for_url("**/news/**")
    assert NewsPage.objects.get().live and "八个入口全部设立。" in page.inner_text("main")
    states = list(row.events.order_by("pk").values_list("state", flat=True))
    assert states == [
        "logged", "accepted", "assigned", "returned", "assigned", "in_progress", "in_progress", "answered",
        "in_progress", "answered", "closed", "closed",
    ]  # fmt: skip
    assert Notification.objects.filter(user=hands.users["author"], text__contains="已答复").count() == 2


def test_what_is_refused_merged_or_split_is_so_by_the_secretarys_hand(hands):
    author, branch = hands.users["author"].member, hands.branch
    refused, double, whole, two = (
        act.make_suggestion(author=author, organisation=branch, text=text)
        for text in (
            "办公室多放几盆花。",
            "夜市巡查改到晚上八点。",
            "夜市的巡查时间改到晚上八点以后。",
            "一是换灯。二是修路。",
        )
    )
    page = hands.find("secretary", refused)
    page.click(".steps-menu summary")
    page.click(".steps-menu a:has-text('不予立案')")
    page.fill("textarea[name=reason]", "已有统一安排。")
    hands.send(page, "不予立案")
    hands.done(page, refused, State.NOT_ACCEPTED)
    assert "已有统一安排。" in page.inner_text(".history")

    page = hands.find("secretary", double)
    page.click(".steps-menu summary")
    page.click(".steps-menu a:has-text('并案')")
    page.locator(
        f"main a:has-text('{whole.number}'):visible, main a[href*='into={whole.number}']:visible"
    ).first.click()
    page.wait_for_url("**into=**")
    assert double.text in page.inner_text("main") and whole.text in page.inner_text("main")
    hands.send(page, "并案")
    hands.done(page, double, State.MERGED)
    assert double.merged_into == whole

    page = hands.find("secretary", two)
    page.click(".steps-menu summary")
    page.click(".steps-menu a:has-text('拆分')")
    page.fill("textarea[name=text]", "换灯。")
    page.fill("textarea[name=rest]", "修路。")
    hands.send(page, "拆分")
    hands.done(page, two, State.LOGGED)
    part = Suggestion.objects.get(split_from=two)
    assert (two.text, part.text) == ("换灯。", "修路。")
    page.locator(f"main a[href='{part.get_absolute_url()}']:visible").first.click()
    hands.press(page, "立案")
    hands.done(page, part, State.ACCEPTED)


def test_the_second_of_two_who_act_at_once_is_told_and_keeps_the_words(hands):
    row = act.make_suggestion(author=hands.users["author"].member, organisation=hands.branch)
    page = hands.find("secretary", row)
    page.click(".steps-menu summary")
    page.click(".steps-menu a:has-text('不予立案')")
    page.fill("textarea[name=reason]", "写了一半的理由。")
    suggestions.accept(suggestion=row, seen=row.state, by=hands.users["office"])
    hands.send(page, "不予立案")
    page.get_by_text("未提交：该建议已由").wait_for()
    told = page.inner_text("main")
    assert hands.users["office"].member.name in told and "立案" in told
    assert page.input_value("textarea[name=reason]") == "写了一半的理由。"
    row.refresh_from_db()
    assert row.state == State.ACCEPTED
