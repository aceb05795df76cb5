"""The shapes that the texts come in, and the one way to fill placeholders.

Placeholders in braces are filled by `fill`: {county} 寻甸, {bureau} 寻甸县局, {branch} a branch, {partner} a body,
{place}, {village}, {town}, and the figures {present}, {expected}, {households}, {count}. What a text does not use is
left unread; what the caller does not give falls back to a neutral word.
"""

from typing import NamedTuple

NEUTRAL = {
    "county": "本县",
    "bureau": "县局",
    "branch": "党支部",
    "partner": "共建单位",
    "place": "党员活动室",
    "village": "本村",
    "town": "本乡镇",
    "present": "全体",
    "expected": "全体",
    "households": "多",
    "count": "多",
}


class Theme(NamedTuple):
    """A theme day's or meeting's title, its agenda, and the topic that suggestions made at it fall under."""

    title: str
    agenda: tuple[str, ...]
    topic: str = "党建"


class Account(NamedTuple):
    """What is published after an activity: of which kind, a title, a lead and paragraphs, all with placeholders."""

    kind: str
    title: str
    lead: str
    paragraphs: tuple[str, ...]


class News(NamedTuple):
    """A news item, published `days_ago`; `picture` is a kind of `pictures.py`."""

    title: str
    lead: str
    paragraphs: tuple[str, ...]
    days_ago: int
    picture: str


class Notice(NamedTuple):
    """A notice: what it asks for, and in how many days it is due (None: nothing is due)."""

    title: str
    paragraphs: tuple[str, ...]
    due_in: int | None
    days_ago: int


class Exemplar(NamedTuple):
    """An exemplary member's story; `county` a short name as in `places.py`, `position` the member's work."""

    name: str
    county: str
    position: str
    title: str
    lead: str
    paragraphs: tuple[str, ...]
    picture: str


class Update(NamedTuple):
    """A staff update (职工动态) and the comments below it; `role` a key of `people.POSITIONS`."""

    role: str
    text: str
    comments: tuple[str, ...]
    picture: str = ""


class Observation(NamedTuple):
    """What a visit found, what was done about it, who mends it and within how many days; 0 days: done on the spot."""

    season: str
    found: str
    done: str
    owner: str
    days: int


class Item(NamedTuple):
    """A line of one of an agreement's three lists; `days` from signing to the due date, for projects."""

    text: str
    owner: str
    days: int = 0
    result: str = ""


class Agreement(NamedTuple):
    """A joint agreement between a bureau of `county` and the partners of these kinds."""

    title: str
    county: str
    partners: tuple[str, ...]
    principles: str
    goals: tuple[str, ...]
    measures: tuple[str, ...]
    safeguards: tuple[str, ...]
    needs: tuple[Item, ...]
    resources: tuple[Item, ...]
    projects: tuple[Item, ...]


class Proposal(NamedTuple):
    """A suggestion, with the answer that it may be given: outcome adopted, partly, not_adopted or kept, and why."""

    topic: str
    post: str
    title: str
    text: str
    outcome: str
    answer: str
    progress: str = ""


def fill(text: str, **values: object) -> str:
    """`text` with its placeholders filled from `values`, or from the neutral words."""
    return text.format_map({**NEUTRAL, **{key: str(value) for key, value in values.items()}})
