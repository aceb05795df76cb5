"""Responsibility letters: drawn up once a year, signed by two people, answered for, printed."""

import re
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from docx import Document
from wagtail.models import ModelLogEntry

from staff import letters
from staff.choices import LetterState
from staff.models import Letter, Notification
from tests.factories.staff import (
    make_assignment,
    make_grant,
    make_letter,
    make_manager,
    make_secretary,
    make_staff,
    make_user,
    today,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def holding():
    holding = make_assignment()
    make_user(member=holding.member)
    return holding


@pytest.fixture
def manager(holding):
    return make_manager(holding.plot.unit)


def drawn(holding, by=None, **fields):
    facts = {"year": 2026, "goals": "走访到户", "indicators": [("走访覆盖率", "100%")], **fields}
    if letter := facts.get("letter"):
        letter.refresh_from_db()
        facts["seen"] = letters.version(letter)
    return letters.draw_up(assignment=holding, by=by, **facts)


def both_sign(letter, holding, manager):
    user = holding.member.user
    letter = letters.sign(letter=letter, seen=letters.version(letter), side=letters.HOLDER, day=today(), by=user)
    return letters.sign(letter=letter, seen=letters.version(letter), side=letters.UNIT, day=today(), by=manager)


def test_both_sides_sign_and_then_it_is_answered_for(holding, manager):
    letter = drawn(holding, by=manager)
    assert Notification.objects.filter(user=holding.member.user).count() == 1
    with pytest.raises(ValidationError, match="双方签订后"):
        letters.assess(letter=letter, results={}, assessment="", day=today(), by=manager)
    letter = both_sign(letter, holding, manager)
    assert (letter.state, letter.signed_for_unit_by) == (LetterState.SIGNED, manager.member.name)
    row = letter.indicators.get()
    letter = letters.assess(letter=letter, results={row.pk: "98%"}, assessment="完成", day=today(), by=manager)
    row.refresh_from_db()
    assert (letter.state, row.result) == (LetterState.ASSESSED, "98%")
    actions = set(ModelLogEntry.objects.for_instance(letter).values_list("action", flat=True))
    assert actions == {"staff.letter.draw_up", "staff.letter.sign", "staff.letter.assess"}


def test_nobody_signs_for_somebody_else_twice_or_for_both(holding, manager):
    letter = drawn(holding)
    make_grant(holding.member.user, "management", unit=holding.plot.unit)
    for side, by in (
        (letters.HOLDER, manager),
        (letters.UNIT, holding.member.user),
        (letters.UNIT, make_staff(unit=holding.plot.unit)),
        (letters.UNIT, make_manager()),
    ):
        with pytest.raises(ValidationError):
            letters.sign(letter=letter, seen=letters.version(letter), side=side, day=today(), by=by)
    letters.sign(letter=letter, seen=letters.version(letter), side=letters.UNIT, day=today(), by=manager)
    with pytest.raises(ValidationError, match="已签订"):
        letters.sign(letter=letter, seen=letters.version(letter), side=letters.UNIT, day=today(), by=manager)


def test_a_new_wording_undoes_a_signature_and_a_signed_letter_stands(holding, manager):
    letter = drawn(holding)
    letters.sign(letter=letter, seen=letters.version(letter), side=letters.HOLDER, day=today(), by=holding.member.user)
    letter = drawn(holding, letter=letter, goals="走访到户到人")
    assert (letter.state, letter.indicators.count()) == (LetterState.DRAFT, 1)
    letter = both_sign(letter, holding, manager)
    with pytest.raises(ValidationError, match="不能修改"):
        drawn(holding, letter=letter)


def test_one_letter_a_year_and_none_without_indicators_or_with_a_partners_officer(holding):
    drawn(holding)
    with pytest.raises(ValidationError, match="已建立"):
        drawn(holding)
    drawn(holding, year=2027)
    with pytest.raises(ValidationError):
        drawn(holding, year=2028, indicators=[])
    with pytest.raises(ValidationError):
        drawn(make_assignment(officer_name="李网格", member=None))


def rows(*pairs):
    data = {"indicators-TOTAL_FORMS": str(len(pairs)), "indicators-INITIAL_FORMS": "0"}
    for number, (name, target) in enumerate(pairs):
        data |= {f"indicators-{number}-name": name, f"indicators-{number}-target": target}
    return data


def test_it_is_drawn_up_signed_and_answered_for_in_the_portal(client, holding, manager):
    client.force_login(manager)
    url = f"/plots/assignments/{holding.pk}/letter/"
    assert "走访覆盖率" in client.get(url).content.decode()
    wrong = client.post(url, {"year": "2026", "goals": "走访到户", **rows(("走访覆盖率", ""))})
    assert wrong.status_code == 422
    assert "走访覆盖率" in wrong.content.decode()
    answer = client.post(url, {"year": "2026", "goals": "走访到户", **rows(("走访覆盖率", "100%"), ("", ""))})
    letter = Letter.objects.get()
    assert answer.url == letter.get_absolute_url()
    assert client.get(f"{url}{letter.pk}/").status_code == 200
    client.post(f"{answer.url}sign/", {"side": "unit", "seen": seen_on(client.get(answer.url))})
    client.force_login(holding.member.user)
    assert "本人签订" in client.get(answer.url).content.decode()
    assert client.post(f"{answer.url}results/", {}).status_code == 404
    client.post(f"{answer.url}sign/", {"side": "holder", "seen": seen_on(client.get(answer.url))})
    letter.refresh_from_db()
    assert letter.state == LetterState.SIGNED
    assert "2026年目标责任书" in client.get(f"/plots/{holding.plot_id}/").content.decode()
    client.force_login(manager)
    name = f"result_{letter.indicators.get().pk}"
    assert client.post(f"{answer.url}results/", {name: "", "assessment": "很好"}).status_code == 422
    assert client.post(f"{answer.url}results/", {name: "98%", "assessment": "很好"}).status_code == 302
    assert "98%" in client.get(answer.url).content.decode()


def seen_on(page):
    """The version of the letter that a form on the page carries."""
    return re.search(r'name="seen" value="(\w+)"', page.text)[1]


def test_nobody_signs_or_overwrites_what_they_have_not_read(client, holding, manager):
    letter = drawn(holding)
    page, form = letter.get_absolute_url(), f"/plots/assignments/{holding.pk}/letter/{letter.pk}/"
    client.force_login(manager)
    mine = {"year": "2026", "goals": "我的目标", "seen": seen_on(client.get(form)), **rows(("我的指标", "9户"))}
    client.force_login(holding.member.user)
    shown = {"side": "holder", "seen": seen_on(client.get(page))}
    drawn(holding, letter=letter, goals="别人的目标")
    answer = client.post(f"{page}sign/", shown, follow=True)
    letter.refresh_from_db()
    assert "请核对现在的内容后再签" in answer.text and letter.state == LetterState.DRAFT
    client.force_login(manager)
    answer = client.post(form, mine)
    assert answer.status_code == 422 and letter.goals == "别人的目标"
    assert all(
        text in answer.text
        for text in ("未保存", "\n我的目标</textarea>", 'value="我的指标"', "别人的目标", "走访覆盖率")
    )
    assert client.post(form, mine | {"seen": seen_on(answer)}).status_code == 302
    letter.refresh_from_db()
    assert letter.goals == "我的目标"


def test_letters_of_others_are_not_found(client):
    letter = make_letter()
    url = letter.get_absolute_url()
    assert client.get(url).status_code == 302
    for user in (make_staff(), make_manager(), make_secretary()):
        client.force_login(user)
        assert client.get(url).status_code == 404
        assert client.get(f"{url}letter.docx").status_code == 404
        assert client.post(f"{url}sign/", {"side": "unit"}).status_code == 404
    client.force_login(make_staff(unit=letter.assignment.plot.unit))
    assert client.post(f"{url}sign/", {"side": "unit"}).status_code == 404
    letter.refresh_from_db()
    assert letter.state == LetterState.DRAFT


def test_the_word_file_holds_what_was_agreed(client, holding, manager):
    letter = both_sign(drawn(holding), holding, manager)
    client.force_login(holding.member.user)
    answer = client.get(f"{letter.get_absolute_url()}letter.docx")
    paper = Document(BytesIO(answer.content))
    text = "\n".join(paragraph.text for paragraph in paper.paragraphs)
    assert "2026年责任田目标责任书" in text
    assert holding.member.name in text
    assert [cell.text for cell in paper.tables[0].rows[1].cells][1:3] == ["走访覆盖率", "100%"]
