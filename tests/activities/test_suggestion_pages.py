"""The pages of suggestions: who opens them, what they do, and that an unnamed author stands on none of them."""

import uuid
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from docx import Document
from openpyxl import load_workbook
from PIL import Image

from activities import suggestions
from activities.choices import SuggestionState as State
from activities.models import Suggestion
from tests.factories import activities as made
from tests.factories import staff as make

pytestmark = pytest.mark.django_db

REGISTER = reverse("activities:suggestions")
ADD = reverse("activities:suggestion_add")
SECRET = "段不显名"


@pytest.fixture
def branch():
    """A branch of a county bureau."""
    return make.make_organisation(unit=make.make_unit(name="官渡区局"))


def sent(**fields):
    """What the form sends."""
    return {"token": str(uuid.uuid4()), "text": "建议统一夜市举报电话。", "topic": "专卖执法", **fields}


def test_who_opens_the_pages(client, branch):
    """People of the bureau; the signed-out come back after sign-in, partners find nothing."""
    row = made.make_suggestion(organisation=branch)
    pages = [REGISTER, ADD, row.get_absolute_url()]
    for page in pages:
        assert client.get(page).url.startswith(reverse("account_login"))
    for user in (make.make_staff(), make.make_secretary(), make.make_manager(), make.make_office()):
        client.force_login(user)
        assert [client.get(page).status_code for page in pages] == [200, 200, 200]
    client.force_login(make.make_partner())
    assert [client.get(page).status_code for page in pages] == [404, 404, 404]


def test_a_member_puts_one_forward_and_rates_its_answer(client, branch):
    """From the phone's form to the register; sent twice, stored once."""
    author = make.make_staff(branch=branch)
    client.force_login(author)
    data = sent()
    for _turn in range(2):
        response = client.post(ADD, data)
    row = Suggestion.objects.get()
    assert response.url == row.get_absolute_url()
    assert author.member.name in client.get(REGISTER).content.decode()
    assert not suggestions.steps_for(author, row)


def test_text_that_is_too_long_or_holds_markup(client, branch):
    """The first comes back as typed, the second is shown as text."""
    client.force_login(make.make_staff(branch=branch))
    response = client.post(ADD, sent(text="长" * 20000))
    assert response.status_code == 422
    assert "长" * 20000 in response.content.decode()
    response = client.post(ADD, sent(text="<script>alert(1)</script>"), follow=True)
    assert "<script>alert(1)" not in response.content.decode()
    assert "&lt;script&gt;alert(1)" in response.content.decode()


def test_the_recorder_enters_one_speaker_after_the_other(client, branch):
    """The form stays, and counts."""
    activity = made.make_activity(branch)
    speaker = make.make_member(name="赵铁柱", branch=branch, unit=branch.unit)
    client.force_login(make.make_secretary(branch))
    page = f"{ADD}?activity={activity.pk}"
    response = client.post(page, sent(speaker=speaker.employee_number), follow=True)
    assert response.redirect_chain[0][0] == page
    assert "本场已登记 1 条" in response.content.decode()
    assert Suggestion.objects.get().authors.get().member == speaker
    session = client.get(reverse("activities:session", args=[activity.pk])).content.decode()
    assert "专卖执法" in session
    assert "赵铁柱" in session


def test_a_session_that_is_over_keeps_the_text_and_offers_it_outside(client, branch):
    """Nothing is lost."""
    ago = timezone.now() - timedelta(days=2)
    activity = made.make_activity(branch, starts=ago)
    client.force_login(make.make_staff(branch=branch))
    data = sent()
    response = client.post(f"{ADD}?activity={activity.pk}", data)
    assert response.status_code == 422
    assert data["text"] in response.content.decode()
    assert f'action="{ADD}"' in response.content.decode()
    client.post(ADD, data)
    assert Suggestion.objects.get().activity is None


def test_steps_are_posted_and_the_second_keeps_the_text(client, branch):
    """A secretary accepts; the office's refusal, filled in before, comes back with its reason."""
    secretary, office = make.make_secretary(branch), make.make_office()
    row = made.make_suggestion(organisation=branch)
    client.force_login(secretary)
    client.post(reverse("activities:suggestion_accept", args=[row.pk]), {"seen": State.LOGGED})
    row.refresh_from_db()
    assert row.state == State.ACCEPTED
    client.force_login(office)
    data = {"seen": State.LOGGED, "reason": "已经有人提过"}
    response = client.post(reverse("activities:suggestion_refuse", args=[row.pk]), data)
    assert response.status_code == 422
    assert "已经有人提过" in response.content.decode()
    assert "立案" in response.content.decode()


def test_steps_of_others_are_not_there(client, branch):
    """No button, and no way round it."""
    row = made.make_suggestion(organisation=branch)
    for user in (make.make_staff(), make.make_secretary(), make.make_manager()):
        client.force_login(user)
        assert (
            reverse("activities:suggestion_accept", args=[row.pk])
            not in client.get(row.get_absolute_url()).content.decode()
        )
        response = client.post(reverse("activities:suggestion_accept", args=[row.pk]), {"seen": State.LOGGED})
        assert response.status_code == 404
        assert client.post(reverse("activities:suggestion_reveal", args=[row.pk])).status_code == 404


def test_an_unnamed_author_is_in_no_page_and_no_workbook(client, branch):
    """For every role; the party office sees the name once, in answer to its own question."""
    activity = made.make_activity(branch)
    author = make.make_staff(name=SECRET, branch=branch)
    second = make.make_member(name="杨附不显", branch=branch)
    fields = {"member": author.member, "organisation": branch, "activity": activity, "unnamed": True}
    row = suggestions.put_forward(
        text="请把评优办法贴出来。", co_signers=[second], token=uuid.uuid4(), by=author, **fields
    )
    office = make.make_office()
    pages = [REGISTER, row.get_absolute_url(), reverse("activities:session", args=[activity.pk])]
    for user in (make.make_staff(), make.make_secretary(branch), make.make_manager(branch.unit), office):
        client.force_login(user)
        for page in pages:
            text = client.get(page).content.decode()
            assert row.number in text
            assert SECRET not in text
            assert second.name not in text
        if user != office:
            continue
    sheet = load_workbook(BytesIO(b"".join(client.get(f"{REGISTER}?format=xlsx").streaming_content))).active
    cells = [str(cell) for line in sheet.iter_rows(values_only=True) for cell in line]
    assert "不具名" in cells
    assert not [cell for cell in cells if SECRET in cell]
    shown = client.post(reverse("activities:suggestion_reveal", args=[row.pk]))
    assert SECRET in shown.content.decode()
    assert SECRET not in client.get(row.get_absolute_url()).content.decode()


def test_figures_show_numerator_and_denominator(client, branch):
    """And lead to their rows."""
    today = timezone.localdate()
    made.make_suggestion(organisation=branch)
    taken = made.make_suggestion(organisation=branch, state=State.ACCEPTED, accepted_on=today)
    client.force_login(make.make_staff())
    text = client.get(REGISTER).content.decode()
    assert "1 / 2" in text
    found = client.get(REGISTER, {"figure": "accepted"})
    assert [row.pk for row in found.context["object_list"]] == [taken.pk]


@pytest.mark.parametrize(
    "asked",
    [
        {"state": "logged"},
        {"topic": "物流"},
        {"year": "2026"},
        {"q": "夜市"},
        {"figure": "overdue"},
        {"figure": "rated"},
        {"figure": "waiting"},
        {"state": "nonsense", "branch": "x", "activity": "x", "page": "999"},
    ],
)
def test_filters_answer(client, branch, asked):
    """Also nonsense does, with a page or a plain 404."""
    made.make_suggestion(organisation=branch, topic="物流")
    client.force_login(make.make_office())
    assert client.get(REGISTER, asked).status_code in {200, 404}


def test_pages_cost_the_same_queries_with_ten_times_the_data(client, branch):
    """Register, session, one suggestion."""
    activity = made.make_activity(branch)
    user = make.make_secretary(branch)
    client.force_login(user)

    def add(number):
        for _n in range(number):
            made.make_suggestion(organisation=branch, activity=activity, topic="物流")

    add(2)
    row = Suggestion.objects.first()
    pages = [REGISTER, reverse("activities:session", args=[activity.pk]), row.get_absolute_url()]

    def count(page):
        client.get(page)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(page)
        return len(queries)

    before = [count(page) for page in pages]
    add(18)
    assert [count(page) for page in pages] == before
    assert max(before) <= 20, before


def test_one_likely_step_is_the_button_and_the_rest_is_a_menu(client, branch):
    """Accepting is the secretary's; what asks for words has a page of its own, and a stranger has none."""
    row = made.make_suggestion(organisation=branch)
    client.force_login(make.make_secretary(branch))
    page = client.get(row.get_absolute_url())
    assert page.context["step"]["url"] == reverse("activities:suggestion_accept", args=[row.pk])
    assert [step["url"].split("/")[-2] for step in page.context["more_steps"]] == ["refuse", "merge", "split"]
    assert client.get(reverse("activities:suggestion_refuse", args=[row.pk])).status_code == 200
    assert client.get(reverse("activities:suggestion_assign", args=[row.pk])).url == row.get_absolute_url()
    client.force_login(make.make_staff())
    assert client.get(reverse("activities:suggestion_refuse", args=[row.pk])).status_code == 404


def test_a_merge_is_found_by_words_and_read_side_by_side(client, branch):
    """What is like it stands ready; itself, what is closed and a number that nobody has are refused with a word."""
    row = made.make_suggestion(organisation=branch, text="夜市巡查的时间改到晚上八点以后。")
    like = made.make_suggestion(text="建议夜市的巡查改到晚上八点。")
    other = made.make_suggestion(text="烤房的电线老化。")
    closed = made.make_suggestion(state=State.NOT_ACCEPTED)
    client.force_login(make.make_secretary(branch))
    page = reverse("activities:suggestion_merge", args=[row.pk])
    assert list(client.get(page).context["found"]) == [like]
    assert list(client.get(page, {"q": "烤房"}).context["found"]) == [other]
    assert list(client.get(page, {"q": other.number}).context["found"]) == [other]
    beside = client.get(page, {"into": like.number}).content.decode()
    assert row.text in beside and like.text in beside
    for number in (row.number, closed.number, "2022-官渡-9999", ""):
        answer = client.post(page, {"seen": State.LOGGED, "into": number})
        assert answer.status_code == 422 and answer.context["form"].errors
    assert client.post(page, {"seen": State.LOGGED, "into": like.number}).url == row.get_absolute_url()
    row.refresh_from_db()
    assert row.merged_into == like


def test_photos_and_papers_are_read_by_whoever_reads_the_suggestion(client, branch):
    """A photo loses its place and time, a paper is only taken along; neither is there for the signed-out."""
    photo = BytesIO()
    Image.new("RGB", (60, 40)).save(photo, "JPEG", exif=b"Exif\x00\x00secret")
    files = [
        SimpleUploadedFile("现场.jpg", photo.getvalue()),
        SimpleUploadedFile("方案<b>.pdf", b"%PDF-1.7 ..."),
    ]
    client.force_login(make.make_staff(branch=branch))
    client.post(ADD, sent(files=files))
    row = Suggestion.objects.get()
    picture, paper = row.files.all()
    assert (picture.photo, paper.photo, paper.name) == (True, False, "方案<b>.pdf")
    client.force_login(make.make_staff())
    page = client.get(row.get_absolute_url()).content.decode()
    assert picture.file.url in page and "方案&lt;b&gt;.pdf" in page
    assert b"secret" not in b"".join(client.get(picture.file.url).streaming_content)
    answer = client.get(paper.file.url)
    assert answer["Content-Disposition"].startswith("attachment")
    client.logout()
    assert client.get(paper.file.url).status_code == 404


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.exe", b"MZ"), ("a.pdf", b"<script>"), ("a.jpg", b"no photo"), ("a.svg", b"<svg/>"), ("a", b"x")],
)
def test_files_of_the_wrong_kind_are_named_and_nothing_is_stored(client, branch, name, content):
    client.force_login(make.make_staff(branch=branch))
    answer = client.post(ADD, sent(files=SimpleUploadedFile(name, content)))
    assert answer.status_code == 422 and name in str(answer.context["form"].errors["files"])
    assert not Suggestion.objects.exists()


def test_too_many_files(client, branch):
    client.force_login(make.make_staff(branch=branch))
    files = [SimpleUploadedFile(f"{number}.pdf", b"%PDF-1.7") for number in range(7)]
    answer = client.post(ADD, sent(files=files))
    assert answer.status_code == 422 and "最多6个" in str(answer.context["form"].errors)


def test_what_is_alike_comes_while_one_types(client, branch):
    """Sent as a form: the words stand in no address."""
    row = made.make_suggestion(text="夜市巡查的时间改到晚上八点以后。")
    client.force_login(make.make_staff(branch=branch))
    page = reverse("activities:suggestion_similar")
    assert row.number in client.post(page, {"text": "建议夜市的巡查改到晚上八点"}).content.decode()
    assert row.number not in client.post(page, {"text": "烤房电线"}).content.decode()
    assert client.post(page, {"text": "\x00" * 9 + "长" * 50000}).status_code == 200
    assert client.post(page).status_code == 200


def test_the_docket_is_a_paper_with_the_whole_way(client, branch):
    """Number, text, each step, and the answer; an unnamed one's says so."""
    secretary = make.make_secretary(branch)
    row = suggestions.put_forward(
        text="夜市巡查改时间。", member=secretary.member, organisation=branch, token=uuid.uuid4(), by=secretary
    )
    suggestions.refuse(suggestion=row, reason="已有安排", seen=State.LOGGED, by=secretary)
    client.force_login(make.make_staff())
    answer = client.get(reverse("activities:suggestion_docket", args=[row.pk]))
    document = Document(BytesIO(answer.content))
    words = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert row.number in words and "夜市巡查改时间。" in words and secretary.member.name in words
    cells = [cell.text for cell in document.tables[0].rows[2].cells]
    assert cells[1:] == ["不予立案", secretary.member.name, "已有安排"]


def test_links_are_made_and_taken_away_on_their_page(client, branch):
    """Nonsense changes nothing; only what one may see oneself is found."""
    row = made.make_suggestion(organisation=branch)
    here, away = make.make_plot(unit=branch.unit, name="七星片"), make.make_plot(name="七星远片")
    client.force_login(make.make_secretary(branch))
    page = reverse("activities:suggestion_links", args=[row.pk])
    assert list(client.get(page, {"kind": "plot", "q": "七星"}).context["found"]) == [here]
    for data in ({"kind": "plot", "target": away.pk}, {"kind": "x", "target": here.pk}, {"kind": "plot"}):
        client.post(page, data)
    assert not row.links.exists()
    client.post(page, {"kind": "plot", "target": here.pk})
    assert here.name in client.get(row.get_absolute_url()).content.decode()
    client.post(reverse("activities:suggestion_unlink", args=[row.pk, row.links.get().pk]))
    assert not row.links.exists()
