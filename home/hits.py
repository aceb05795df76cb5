"""How what a search found is shown: a title and an excerpt with what was asked for marked, an address, its kind."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from wagtail.models import Site

from activities.choices import SuggestionState
from activities.models import ActivityPage, BranchPage
from home.marks import Marker
from home.models import ExemplarPage, NewsPage, NoticePage, StudyPage
from staff.choices import PlotKind, UnitKind

PAGE_TYPES = {
    model._meta.model_name: model for model in (NewsPage, NoticePage, ExemplarPage, StudyPage, ActivityPage, BranchPage)
}
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


@dataclass(frozen=True)
class Hit:
    """One thing found: its title and an excerpt as markup, with what was asked for marked."""

    title: str
    url: str = ""
    text: str = ""
    kind: str = ""
    day: object = None


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
