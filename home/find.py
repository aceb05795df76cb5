"""One search over all that the viewer may see: people, pages, activities, agreements, places, suggestions, documents.

The index answers ids alone, in one query: of the registers that grow without end the newest that the viewer may see,
of the other kinds all. What of them is shown is asked by `visible_to`, as everywhere: one more query brings the rows of
all kinds in which anything was found, and counts them so far. So a search costs the same queries, and a bounded time,
however common a word is and however little of what says it somebody may see.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Paginator
from django.db.models import DateField, DateTimeField, F, Q, TextField, Value
from django.db.models.functions import Cast, Coalesce, NullIf
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.documents import get_document_model
from wagtail.search.backends import get_search_backend

from activities.choices import SuggestionState
from activities.models import Activity, JointAgreement, Suggestion
from home import documents
from home.hits import PAGE_TYPES, Hits
from home.models import Update
from staff.access import either, roles
from staff.choices import PlotKind, UnitKind
from staff.models import Division, Member, Plot, Unit

LONGEST = 100
SHOWN = 5
PAGE_SIZE = 20
# How far the rows of a kind are counted.
COUNTED = 99
# So many rows of a kind can be paged through: the newest that may be seen.
NEWEST = 240
SUGGESTED = 8
# The registers that grow without end.
LONG = (Activity, Suggestion, Update)
# Of the other kinds so many ids are taken from the index as they are; what is found more often is asked of it by the
# query that brings the rows.
FEW = 240
# So many documents are asked who may have them.
MOST_DOCUMENTS = 5_000

NO_DAY = Cast(Value(None), DateField())
NO_MOMENT = Cast(Value(None), DateTimeField())
NOTHING = Value("", output_field=TextField())


@dataclass(frozen=True)
class Part:
    """Some of a kind: those of a year, of a state, of a type of page."""

    key: str
    label: str
    number: int
    chosen: bool = False


@dataclass(frozen=True)
class Group:
    """What was found of one kind; `number` is how many, or how many at least."""

    key: str
    label: str
    hits: list
    number: int
    at_least: bool = False
    page: object = None
    parts: tuple = ()

    @property
    def more(self):
        """Whether there are more than are shown."""
        return self.page is None and self.number > len(self.hits)


def clean(text):
    """What is asked for: without its ends, and cut to what a search takes."""
    return text.replace("\x00", "").strip()[:LONGEST].strip()


def _row(rows, kind, *, title, text=NOTHING, about=NOTHING, day=NO_DAY, moment=NO_MOMENT):
    """Rows of a queryset in the columns that all kinds share, so that one query can ask for several."""
    columns = {
        "found_kind": Value(kind, output_field=TextField()),
        "found_title": Cast(title, TextField()),
        "found_text": Cast(text, TextField()),
        "found_about": Cast(about, TextField()),
        "found_day": F(day) if isinstance(day, str) else day,
        "found_moment": F(moment) if isinstance(moment, str) else moment,
    }
    names = ("found_kind", "pk", "found_title", "found_text", "found_about", "found_day", "found_moment")
    return rows.order_by().annotate(**columns).values_list(*names)


def _unit_name(prefix=""):
    return Coalesce(NullIf(f"{prefix}short_name", Value("")), F(f"{prefix}name"))


class Found:
    """What the index holds of a text, and what of it `user` may see, kind by kind, up to `most` rows of each."""

    def __init__(self, text, user, models, most):
        self.text = text
        self.user = user
        self.most = most
        self.backend = get_search_backend()
        rows = {model: model.objects.visible_to(user) for model in models if model in LONG}
        few = {model: self._bound(model) + 1 for model in models if model not in LONG}
        self.ids = self.backend.newest(text, NEWEST, rows, few)

    def _bound(self, model):
        return MOST_DOCUMENTS if model is get_document_model() else FEW

    def cut(self, key):
        """Whether there may be more of a kind than were looked at."""
        return key == "documents" and len(self.ids[get_document_model()]) > MOST_DOCUMENTS

    def of(self, model):
        """The ids of the rows of `model` that the text is found in; a subquery when they are many."""
        ids = self.ids[model]
        return self.backend.matching(self.text, model, beginning=True) if len(ids) > FEW else ids

    def _first(self, rows):
        """So many of the rows, as a query that can be one of several."""
        return rows.model.objects.filter(pk__in=rows.order_by("-pk").values("pk")[: self.most])

    def _in(self, model):
        """The rows of `model` that the text is found in, or None."""
        ids = self.ids[model]
        if not ids:
            return None
        if model in LONG:
            return model.objects.visible_to(self.user).filter(pk__in=ids)
        rows = model.objects.visible_to(self.user).filter(pk__in=self.of(model))
        return rows if len(ids) <= self.most else self._first(rows)

    def pages(self):
        """Published pages that the viewer may read, one queryset a type of page."""
        for name, model in PAGE_TYPES.items():
            rows = self._in(model)
            if rows is not None:
                yield _row(
                    rows, name, title="title", text="introduction", about="url_path", moment="first_published_at"
                )

    def activities(self):
        """Activities on record."""
        rows = self._in(Activity)
        if rows is not None:
            yield _row(rows, "activities", title="title", text="place", moment="starts")

    def agreements(self):
        """Joint agreements."""
        rows = self._in(JointAgreement)
        if rows is not None:
            yield _row(rows, "agreements", title="title", text="goals", day="starts")

    def plots(self):
        """Plots by their own names and by those of the villages in them."""
        named = Q(pk__in=self.of(Plot)) if self.ids[Plot] else None
        if self.ids[Division]:
            within = Plot.divisions.through.objects.filter(division__in=self.of(Division)).values("plot")
            named = either(named, Q(pk__in=within))
        if named is not None:
            rows = self._first(Plot.objects.visible_to(self.user).filter(named))
            yield _row(rows, "plots", title="name", text=_unit_name("unit__"), about="kind")

    def units(self):
        """Units, which lead to their people."""
        rows = self._in(Unit)
        if rows is not None:
            yield _row(rows, "units", title="name", about="kind")

    def suggestions(self):
        """Suggestions by what they say, and by number."""
        rows = self._in(Suggestion)
        if rows is not None:
            yield _row(rows, "suggestions", title="text", about="state", day="logged_on")

    def updates(self):
        """What colleagues posted."""
        rows = self._in(Update)
        if rows is not None:
            yield _row(rows, "updates", title="text", about="author__name", moment="posted_at")

    def documents(self):
        """Documents of the library by title, each as far as `home.documents` opens it."""
        model = get_document_model()
        ids = documents.readable(self.ids[model][:MOST_DOCUMENTS], self.user) if self.ids[model] else ()
        if ids:
            ids = sorted(ids, reverse=True)[: self.most]
            yield _row(model.objects.filter(pk__in=ids), "documents", title="title", about="file", moment="created_at")


def _people(text, user, most=None):
    """Colleagues in service by name, pinyin, initials or number; with `most` the first so many, in no order."""
    rows = Member.objects.visible_to(user).in_service(timezone.localdate()).matching(text).order_by("spelling", "pk")
    if most is not None:
        rows = Member.objects.filter(pk__in=rows.values("pk")[:most])
    found = _row(rows, "people", title="name", text=_unit_name("unit__"), about="position")
    return found.order_by("spelling", "pk") if most is None else found


@dataclass(frozen=True)
class Kind:
    """A kind of things that are searched: what it is called, and the models that the index is asked for."""

    label: str
    models: tuple = ()
    inside: bool = True


KINDS = {
    "people": Kind(_("人员")),
    "pages": Kind(_("页面"), tuple(PAGE_TYPES.values()), inside=False),
    "activities": Kind(_("活动"), (Activity,)),
    "agreements": Kind(_("共建协议"), (JointAgreement,), inside=False),
    "plots": Kind(_("责任田"), (Plot, Division)),
    "units": Kind(_("单位"), (Unit,)),
    "suggestions": Kind(_("建议"), (Suggestion,)),
    "documents": Kind(_("文件"), (get_document_model(),), inside=False),
    "updates": Kind(_("员工动态"), (Update,)),
}


def kinds_for(user):
    """The kinds that somebody may be shown at all."""
    held = roles(user)
    if held.inside:
        return list(KINDS)
    return ["pages", "agreements", "documents"] if held.is_partner else ["pages", "documents"]


def _union(querysets):
    """The rows of several querysets in one query."""
    if not querysets:
        return []
    first, *others = querysets
    return list(first.union(*others, all=True) if others else first)


def _nearness(text):
    """Order: what says it in its title before what says it elsewhere, the newest first."""
    wanted = text.casefold()

    def key(row):
        _kind, pk, title, _text, _about, day, moment = row
        when = moment.timestamp() if moment else datetime.combine(day, datetime.min.time()).timestamp() if day else 0
        return (wanted not in title.casefold(), -when, title if not when else "", pk)

    return key


def search(text, user, only=None, number=1, part=None):
    """All kinds that `text` is found in: of `only` one page, or one of its `part`, of the others their numbers."""
    text = clean(text)
    kinds = kinds_for(user)
    if not text:
        return []
    most = NEWEST if only else COUNTED + 1
    found = Found(text, user, [model for key in kinds for model in KINDS[key].models], most)
    rows = {}
    if "people" in kinds:
        rows["people"] = list(_people(text, user)[:most])
    querysets = [queryset for key in kinds if key != "people" for queryset in getattr(found, key)()]
    for row in sorted(_union(querysets), key=_nearness(text)):
        rows.setdefault("pages" if row[0] in PAGE_TYPES else row[0], []).append(row)
    make = Hits(text).hit
    return [
        _page(key, rows[key], make, number or 1, found.cut(key), part)
        if key == only
        else _group(key, rows[key], make, found.cut(key))
        for key in kinds
        if rows.get(key)
    ]


def _group(key, rows, make, cut):
    """The beginning of a kind with how many there are, counted so far."""
    shown = [make(row) for row in rows[:SHOWN]]
    return Group(key, KINDS[key].label, shown, min(len(rows), COUNTED), cut or len(rows) > COUNTED)


def _page(key, rows, make, number, cut, part):
    """One page of a kind, or of a part of it, with its other parts."""
    cut = cut or len(rows) >= NEWEST
    counted = Counter(_part(row) for row in rows)
    counted.pop(None, None)
    chosen = next((value for value in counted if value[0] == part), None)
    parts = [Part(*value, n, value == chosen) for value, n in sorted(counted.items(), reverse=_by_year(key))]
    number_of_kind = min(len(rows), COUNTED)
    at_least = cut or len(rows) > COUNTED
    rows = [row for row in rows if chosen is None or _part(row) == chosen]
    page = Paginator(rows, PAGE_SIZE).get_page(number)
    shown = [make(row) for row in page]
    parts = tuple(parts) if len(parts) > 1 else ()
    return Group(key, KINDS[key].label, shown, number_of_kind, at_least, page, parts)


def _by_year(key):
    return key in {"activities", "agreements", "updates", "documents"}


def _part(row):
    """Which part of its kind a row is: (key, label), or None."""
    kind, _pk, _title, _text, about, day, moment = row
    if kind in PAGE_TYPES:
        return kind, str(PAGE_TYPES[kind]._meta.verbose_name)
    if choices := {"plots": PlotKind, "units": UnitKind, "suggestions": SuggestionState}.get(kind):
        return about, str(choices(about).label)
    day = day or (timezone.localdate(moment) if moment else None)
    return (str(day.year), str(day.year)) if day else None


def suggest(text, user):
    """The nearest few of all kinds while somebody is typing: people first, then what is called so."""
    text = clean(text)
    kinds = [key for key in kinds_for(user) if key not in {"documents", "suggestions", "updates"}]
    if not text:
        return []
    found = Found(text, user, [model for key in kinds for model in KINDS[key].models], SUGGESTED)
    querysets = [queryset for key in kinds if key != "people" for queryset in getattr(found, key)()]
    if "people" in kinds:
        querysets.append(_people(text, user, most=SUGGESTED // 2))
    nearness = _nearness(text)
    rows = sorted(_union(querysets), key=lambda row: (row[0] != "people", nearness(row)))
    make = Hits(text).hit
    return [(_label(row[0]), make(row)) for row in rows[:SUGGESTED]]


def _label(kind):
    return KINDS["pages" if kind in PAGE_TYPES else kind].label
