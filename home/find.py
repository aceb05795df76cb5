"""One search over all that the viewer may see: people, pages, activities, agreements, plots, suggestions, updates.

The index answers ids alone; what of them is shown is asked by `visible_to`, as everywhere.
"""

import re
from dataclasses import dataclass, field

from django.core.paginator import Paginator
from django.db.models import Case, F, Q, TextField, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page
from wagtail.search.backends import get_search_backend

from activities.models import Activity, ActivityPage, BranchPage, JointAgreement, Suggestion
from home.models import ExemplarPage, NewsPage, NoticePage, Update
from staff.access import roles
from staff.models import Member, Plot

LONGEST = 100
SHOWN = 5
PAGE_SIZE = 20
EXCERPT = 72
PAGE_TYPES = (NewsPage, NoticePage, ExemplarPage, ActivityPage, BranchPage)
WITH_INTRODUCTION = ("newspage", "noticepage", "exemplarpage", "activitypage", "branchpage")


@dataclass(frozen=True)
class Hit:
    """One thing found: its title and an excerpt in pieces, each piece with whether it is what was asked for."""

    title: list
    url: str = ""
    text: list = field(default_factory=list)
    kind: str = ""
    day: object = None
    page: object = None
    member: object = None


@dataclass(frozen=True)
class Group:
    """What was found of one kind."""

    key: str
    label: str
    hits: list
    more: bool = False
    page: object = None


def matching(text, model):
    """The ids of the rows of `model` that `text` is found in, as a subquery."""
    return get_search_backend().matching(text, model)


def titled_first(text):
    """Order: what says it in its title before what says it somewhere in the text."""
    return Case(When(title__icontains=text, then=0), default=1)


def people(text, user):
    """Colleagues in service by name, pinyin, initials or number."""
    return Member.objects.visible_to(user).in_service(timezone.localdate()).matching(text).select_related("unit")


def pages(text, user):
    """Published pages that the viewer may read, the newest first."""
    readable = Q()
    for model in PAGE_TYPES:
        readable |= Q(pk__in=model.objects.visible_to(user).order_by().values("pk"))
    introductions = [F(f"{name}__introduction") for name in WITH_INTRODUCTION]
    return (
        Page.objects.filter(readable, pk__in=matching(text, Page))
        .annotate(introduction=Coalesce(*introductions, Value(""), output_field=TextField()))
        .order_by(titled_first(text), "-first_published_at", "-pk")
    )


def activities(text, user):
    """Activities on record, for who is inside; others find their published pages."""
    rows = Activity.objects.visible_to(user) if roles(user).inside else Activity.objects.none()
    return rows.filter(pk__in=matching(text, Activity)).order_by(titled_first(text), "-starts", "-pk")


def agreements(text, user):
    """Joint agreements."""
    return JointAgreement.objects.visible_to(user).filter(pk__in=matching(text, JointAgreement))


def plots(text, user):
    """Plots by name."""
    return Plot.objects.visible_to(user).filter(name__icontains=text).select_related("unit").order_by("name", "pk")


def suggestions(text, user):
    """Suggestions by what they say, and by number."""
    return Suggestion.objects.visible_to(user).filter(pk__in=matching(text, Suggestion)).order_by("-logged_on", "-pk")


def updates(text, user):
    """What colleagues posted."""
    rows = Update.objects.visible_to(user).filter(pk__in=matching(text, Update))
    return rows.select_related("author").order_by("-posted_at", "-pk")


class Marker:
    """Splits texts at what was asked for: whole words, and of longer Chinese its pairs as the index has them."""

    def __init__(self, text):
        words = [word for word in re.findall(r"\w+", text) if word]
        pairs = [word[i : i + 2] for word in words if not word.isascii() for i in range(len(word) - 1)]
        wanted = sorted({*words, *pairs}, key=len, reverse=True)
        self.pattern = re.compile("|".join(map(re.escape, wanted)) or r"(?!)", re.IGNORECASE)

    def pieces(self, text):
        """`text` as (piece, whether it was asked for)."""
        found, place = [], 0
        for match in self.pattern.finditer(text):
            if match.start() > place:
                found.append((text[place : match.start()], False))
            found.append((match.group(), True))
            place = match.end()
        return [*found, (text[place:], False)] if place < len(text) else found

    def excerpt(self, text):
        """The part of `text` round the first place that was asked for."""
        text = " ".join(text.split())
        match = self.pattern.search(text)
        first = max(0, match.start() - EXCERPT // 3) if match else 0
        part = text[first : first + EXCERPT]
        return self.pieces(f"{'…' if first else ''}{part}{'…' if first + EXCERPT < len(text) else ''}")


def _person(row, mark):
    return Hit(mark.pieces(row.name), row.get_absolute_url(), kind=str(row.unit), member=row)


def _page(row, mark):
    kind = row.cached_content_type.model_class()._meta.verbose_name
    return Hit(mark.pieces(row.title), text=mark.excerpt(row.introduction), kind=kind, page=row)


def _activity(row, mark):
    return Hit(mark.pieces(row.title), row.get_absolute_url(), mark.excerpt(row.place), day=row.day)


def _titled(row, mark):
    return Hit(mark.pieces(row.title), row.get_absolute_url(), mark.excerpt(row.goals), day=row.starts)


def _plot(row, mark):
    return Hit(mark.pieces(row.name), row.get_absolute_url(), kind=f"{row.get_kind_display()} · {row.unit}")


def _suggestion(row, mark):
    return Hit(mark.excerpt(row.text), row.get_absolute_url(), kind=row.get_state_display(), day=row.logged_on)


def _update(row, mark):
    day = timezone.localdate(row.posted_at)
    return Hit(mark.excerpt(row.text), row.get_absolute_url(), kind=row.author.name, day=day)


KINDS = {
    "people": (_("人员"), people, _person),
    "pages": (_("页面"), pages, _page),
    "activities": (_("活动"), activities, _activity),
    "agreements": (_("共建协议"), agreements, _titled),
    "plots": (_("责任田"), plots, _plot),
    "suggestions": (_("建议"), suggestions, _suggestion),
    "updates": (_("员工动态"), updates, _update),
}


def search(text, user, only=None, number=1):
    """What `text` finds for `user`: five of each kind, or one page of a single kind. At most one query a kind."""
    text = text[:LONGEST].replace("\x00", "").strip()
    if not text:
        return []
    mark = Marker(text)
    found = []
    for key, (label, rows_of, hit) in KINDS.items():
        if only is not None and only != key:
            continue
        rows = rows_of(text, user)
        if only == key:
            page = Paginator(rows, PAGE_SIZE).get_page(number)
            found.append(Group(key, label, [hit(row, mark) for row in page], page=page))
        else:
            first = list(rows[: SHOWN + 1])
            found.append(Group(key, label, [hit(row, mark) for row in first[:SHOWN]], more=len(first) > SHOWN))
    return [group for group in found if group.hits]
