"""The front page, the lists of articles and what stands on an article's page: all limited to the reader."""

from functools import partial

from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, Prefetch, Q, Subquery, prefetch_related_objects
from django.utils import timezone
from wagtail.images import get_image_model

from activities.models import Activity, ActivityHost, ActivityPage
from home import day, feed
from home.models import (
    ExemplarIndexPage,
    ExemplarPage,
    NewsIndexPage,
    NewsPage,
    NoticeIndexPage,
    NoticePage,
    Receipt,
    Update,
)
from staff import pulse
from staff.access import roles
from staff.audience import readable
from staff.choices import Role

CARD = "fill-800x500|format-webp"
PORTRAIT = "fill-480x600|format-webp"
PAGE_SIZE = 12
SHOWN_NEWS = 6
SHOWN_NOTICES = 5
SHOWN_ACTIVITIES = 5
SHOWN_EXEMPLARS = 3
SHOWN_UPDATES = 3
ARTICLES = {NewsIndexPage: NewsPage, NoticeIndexPage: NoticePage, ExemplarIndexPage: ExemplarPage}


def page(user, on):
    """What `user` sees on the front page on the day `on`."""
    now = timezone.now()
    held = roles(user)
    if held.inside:
        # One's own day comes first and often: beside it news are titles, and what is arranged is a touch away.
        return {
            "day": day.of(user, on=on),
            "news": pulse.remember(f"news:{readable(user)}", partial(_titles, user)),
            "updates": feed.rows(
                Update.objects.visible_to(user).for_card(held.member)[:SHOWN_UPDATES], cut=feed.GLANCE
            ),
        }
    news = list(NewsPage.objects.visible_to(user).newest()[:SHOWN_NEWS])
    exemplars = list(ExemplarPage.objects.visible_to(user).newest().select_related("unit")[:SHOWN_EXEMPLARS])
    picture([*news, *exemplars], CARD, PORTRAIT)
    return {
        "news": news,
        "exemplars": exemplars,
        "notices": NoticePage.objects.visible_to(user).newest()[:SHOWN_NOTICES],
        "faces": next_public_activities(user, now)[:SHOWN_ACTIVITIES],
    }


def _titles(user):
    rows = NewsPage.objects.visible_to(user).only("title", "url_path", "day").order_by("-day", "-pk")
    return list(rows[:SHOWN_NEWS])


def lead_of(activity):
    """Name of the organisation that leads an activity, as a subquery; `activity` is the field that points at it."""
    hosts = ActivityHost.objects.filter(activity=OuterRef(activity), lead=True)
    return Subquery(hosts.values("organisation__name")[:1])


def next_public_activities(user, moment):
    """Published faces of activities not over at `moment` that `user` may read, soonest first, with who leads them."""
    rows = ActivityPage.objects.visible_to(user).filter(
        activity__in=Activity.objects.coming(moment).order_by().values("pk")
    )
    return (
        rows.defer_streamfields()
        .select_related("activity")
        .annotate(lead=lead_of("activity"))
        .order_by("activity__starts", "pk")
    )


def index(page, request):
    """One page of the articles below `page` that the reader may read."""
    rows = ARTICLES[type(page)].objects.visible_to(request.user).newest()
    if isinstance(page, ExemplarIndexPage):
        rows = rows.select_related("unit")
    found = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    found.object_list = list(found.object_list)
    picture(found.object_list, CARD, PORTRAIT)
    keeps = isinstance(page, ExemplarIndexPage) and roles(request.user).holds(Role.OFFICE, Role.SECRETARY)
    return {"page_obj": found, "keeps_proposals": keeps}


def picture(articles, *sizes):
    """Fetch the renditions of all articles' pictures in these sizes with one query."""
    shown = get_image_model().get_rendition_model().objects.filter(filter_spec__in=sizes)
    images = [article.picture for article in articles if article.picture]
    prefetch_related_objects(images, Prefetch("renditions", queryset=shown, to_attr="prefetched_renditions"))


def article(page, user):
    """What stands below an article: the ones before and after it."""
    rows = type(page).objects.visible_to(user).defer_streamfields().order_by("day", "pk")
    return {
        "newer": rows.filter(day__gte=page.day).exclude(pk=page.pk).exclude(day=page.day, pk__lt=page.pk).first(),
        "older": rows.filter(day__lte=page.day).exclude(pk=page.pk).exclude(day=page.day, pk__gt=page.pk).last(),
    }


def receipts(notice, user):
    """Whether `user` has confirmed the notice, and how many have; nothing for a reader from outside."""
    held = roles(user)
    if not notice.receipt_wanted or not held.inside:
        return {}
    counted = Receipt.objects.filter(notice=notice).aggregate(
        receipt_count=Count("pk"), confirmed=Count("pk", filter=Q(user=user))
    )
    keeps = held.holds(Role.OFFICE, Role.SECRETARY, Role.MANAGEMENT)
    return {**counted, "asks_receipt": True, "keeps_receipts": keeps}
