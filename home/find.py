"""One search over all that the viewer may see: people, pages, activities, agreements, places, suggestions, documents.

The index answers ids alone, those of all kinds at once; what of them is shown is asked by `visible_to`, as everywhere.
A word that stands in few rows is answered by one more query for all kinds, which also counts them; one that stands in
very many by a query for each kind, and their numbers only so far.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Paginator
from django.db.models import DateField, DateTimeField, F, Q, TextField, Value
from django.db.models.functions import Cast, Coalesce, NullIf
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.documents import get_document_model
from wagtail.models import Site
from wagtail.search.backends import get_search_backend

from activities.choices import SuggestionState
from activities.models import Activity, ActivityPage, BranchPage, JointAgreement, Suggestion
from home import documents
from home.marks import Marker
from home.models import ExemplarPage, NewsPage, NoticePage, StudyPage, Update
from staff.access import roles
from staff.choices import PlotKind, UnitKind
from staff.models import Division, Member, Plot, Unit

LONGEST = 100
SHOWN = 5
PAGE_SIZE = 20
# So many rows of all kinds are asked for at once; a word found in more of them is a common one.
COMMON = 300
# How far the rows of a common word are counted.
COUNTED = 99
SUGGESTED = 8
PAGE_TYPES = {
    model._meta.model_name: model for model in (NewsPage, NoticePage, ExemplarPage, StudyPage, ActivityPage, BranchPage)
}

NO_DAY = Cast(Value(None), DateField())
NO_MOMENT = Cast(Value(None), DateTimeField())
NOTHING = Value("", output_field=TextField())


@dataclass(frozen=True)
class Hit:
    """One thing found: its title and an excerpt as markup, with what was asked for marked."""

    title: str
    url: str = ""
    text: str = ""
    kind: str = ""
    day: object = None


@dataclass(frozen=True)
class Group:
    """What was found of one kind; `number` is how many, or how many at least."""

    key: str
    label: str
    hits: list
    number: int
    at_least: bool = False
    page: object = None

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
    """What the index holds of a text, and what of it `user` may see, kind by kind."""

    def __init__(self, text, user, models):
        self.text = text
        self.user = user
        self.backend = get_search_backend()
        hits = self.backend.hits(text, models, COMMON + 1) if models else []
        self.common = len(hits) > COMMON
        self.ids = defaultdict(list)
        for kind, pk in hits:
            self.ids[kind].append(pk)

    def of(self, model):
        """The ids of the rows of `model` that the text is found in: a list, or a subquery for a common word."""
        if self.common:
            return self.backend.matching(self.text, model, beginning=True)
        return self.ids.get(ContentType.objects.get_for_model(model).pk, [])

    def _in(self, model):
        ids = self.of(model)
        return model.objects.visible_to(self.user).filter(pk__in=ids) if self.common or ids else None

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
        ids, villages = self.of(Plot), self.of(Division)
        if self.common or ids or villages:
            within = Plot.divisions.through.objects.filter(division__in=villages).values("plot")
            named = Q(pk__in=ids) | Q(pk__in=within) if self.common or villages else Q(pk__in=ids)
            rows = Plot.objects.visible_to(self.user).filter(named)
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
        ids = self.of(model)
        if self.common:
            ids = list(model.objects.filter(pk__in=ids).order_by("-pk").values_list("pk", flat=True)[:COMMON])
        ids = documents.readable(ids, self.user) if ids else []
        if ids:
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


class Hits:
    """Makes what is shown of the rows of all kinds."""

    def __init__(self, text):
        self.mark = Marker(text)

    @cached_property
    def roots(self):
        """Where the pages of each site begin."""
        return sorted(Site.get_site_root_paths(), key=lambda root: len(root.root_path), reverse=True)

    def page_url(self, url_path):
        """The address of a page of the tree, with its site when there are several."""
        for root in self.roots:
            if url_path.startswith(root.root_path):
                address = reverse("wagtail_serve", args=[url_path[len(root.root_path) :]])
                return address if len({other.root_url for other in self.roots}) == 1 else f"{root.root_url}{address}"
        return ""

    def hit(self, row):
        """One row as it is shown."""
        kind, pk, title, text, about, day, moment = row
        mark = self.mark
        day = day or (timezone.localdate(moment) if moment else None)
        if kind in PAGE_TYPES:
            called = str(PAGE_TYPES[kind]._meta.verbose_name)
            return Hit(mark.marked(title), self.page_url(about), mark.excerpt(text), called, day)
        address = ADDRESSES[kind]
        match kind:
            case "people":
                return Hit(
                    mark.marked(title), reverse(address, args=[pk]), kind=" · ".join(filter(None, [text, about]))
                )
            case "plots":
                called = f"{PlotKind(about).label} · {text}"
                return Hit(mark.marked(title), reverse(address, args=[pk]), kind=called)
            case "units":
                return Hit(mark.marked(title), f"{reverse(address)}?unit={pk}", kind=str(UnitKind(about).label))
            case "suggestions":
                called = str(SuggestionState(about).label)
                return Hit(mark.excerpt(title), reverse(address, args=[pk]), kind=called, day=day)
            case "updates":
                return Hit(mark.excerpt(title), reverse(address, args=[pk]), kind=about, day=day)
            case "documents":
                name = about.rsplit("/", 1)[-1]
                return Hit(mark.marked(title), reverse(address, args=[pk, name]), kind=name, day=day)
        return Hit(mark.marked(title), reverse(address, args=[pk]), mark.excerpt(text), day=day)


ADDRESSES = {
    "people": "staff:member",
    "activities": "activities:detail",
    "agreements": "activities:agreement",
    "plots": "staff:plot",
    "units": "staff:members",
    "suggestions": "activities:suggestion",
    "updates": "home:update",
    "documents": "document",
}


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


def _newest(querysets):
    """The rows of a common word of one kind, the newest first, as a queryset."""
    first, *others = querysets
    if not others:
        return first.order_by("-found_day", "-found_moment", "-pk")
    return first.union(*others, all=True).order_by("-found_moment")


def search(text, user, only=None, number=1):
    """What `text` finds for `user`: five of each kind, or one page of a single kind."""
    text = clean(text)
    kinds = [key for key in kinds_for(user) if only is None or key == only]
    if not text or not kinds:
        return []
    found = Found(text, user, [model for key in kinds for model in KINDS[key].models])
    indexed = [key for key in kinds if key != "people"]
    rows = {}
    if "people" in kinds:
        rows["people"] = _people(text, user)
    if found.common:
        for key in indexed:
            querysets = list(getattr(found, key)())
            rows[key] = _newest(querysets) if querysets else []
    else:
        querysets = [queryset for key in indexed for queryset in getattr(found, key)()]
        for row in sorted(_union(querysets), key=_nearness(text)):
            rows.setdefault("pages" if row[0] in PAGE_TYPES else row[0], []).append(row)
    make = Hits(text).hit
    groups = [_group(key, rows[key], make, (number or 1) if only else None) for key in kinds if key in rows]
    return [group for group in groups if group.hits]


def _group(key, rows, make, number):
    """One page of a kind, or its beginning with how many there are; a queryset is counted only so far."""
    label = KINDS[key].label
    if number is not None:
        page = Paginator(rows, PAGE_SIZE).get_page(number)
        return Group(key, label, [make(row) for row in page], page.paginator.count, page=page)
    rows = list(rows[: COUNTED + 1]) if not isinstance(rows, list) else rows
    shown = [make(row) for row in rows[:SHOWN]]
    return Group(key, label, shown, min(len(rows), COUNTED), len(rows) > COUNTED)


def suggest(text, user):
    """The nearest few of all kinds while somebody is typing: people first, then what is called so."""
    text = clean(text)
    kinds = [key for key in kinds_for(user) if key not in {"documents", "suggestions", "updates"}]
    if not text:
        return []
    found = Found(text, user, [model for key in kinds for model in KINDS[key].models])
    if found.common:
        pages = list(found.pages())
        querysets, rows = [], list(_newest(pages)[:SUGGESTED]) if pages else []
    else:
        querysets, rows = [queryset for key in kinds if key != "people" for queryset in getattr(found, key)()], []
    if "people" in kinds:
        querysets.append(_people(text, user, most=SUGGESTED // 2))
    nearness = _nearness(text)
    rows = sorted([*_union(querysets), *rows], key=lambda row: (row[0] != "people", nearness(row)))
    make = Hits(text).hit
    return [(_label(row[0]), make(row)) for row in rows[:SUGGESTED]]


def _label(kind):
    return KINDS["pages" if kind in PAGE_TYPES else kind].label
