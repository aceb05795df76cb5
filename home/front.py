"""The front page, the lists of articles and what stands on an article's page: all limited to the reader."""

from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, Q
from django.utils import timezone
from wagtail.images import get_image_model

from activities.models import Activity, ActivityPage
from home import day
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
from staff.access import roles

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
    found = {
        "notices": NoticePage.objects.visible_to(user).newest()[:SHOWN_NOTICES],
        "news": pictured(NewsPage.objects.visible_to(user).newest())[:SHOWN_NEWS],
        "exemplars": pictured(ExemplarPage.objects.visible_to(user).newest(), PORTRAIT).select_related(
            "unit", "picture"
        )[:SHOWN_EXEMPLARS],
        "faces": () if held.inside else next_public_activities(user, now)[:SHOWN_ACTIVITIES],
    }
    if held.inside:
        found["activities"] = Activity.objects.visible_to(user).coming(now).with_hosts()[:SHOWN_ACTIVITIES]
        found["updates"] = Update.objects.visible_to(user).for_list(held.member)[:SHOWN_UPDATES]
        found["day"] = day.of(user, on=on)
    return found


def next_public_activities(user, moment):
    """Published faces of activities not over at `moment` that `user` may read, soonest first."""
    rows = ActivityPage.objects.visible_to(user).filter(
        activity__in=Activity.objects.coming(moment).order_by().values("pk")
    )
    return (
        rows.defer_streamfields()
        .select_related("activity")
        .prefetch_related("activity__hosts__organisation")
        .order_by("activity__starts", "pk")
    )


def index(page, request):
    """One page of the articles below `page` that the reader may read."""
    rows = ARTICLES[type(page)].objects.visible_to(request.user).newest()
    if isinstance(page, ExemplarIndexPage):
        rows = pictured(rows, PORTRAIT).select_related("unit", "picture")
    elif isinstance(page, NewsIndexPage):
        rows = pictured(rows)
    return {"page_obj": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))}


def pictured(rows, size=CARD):
    """Articles with their pictures in one size, whatever their number in one query more."""
    sizes = get_image_model().get_rendition_model().objects.filter(filter_spec=size)
    return rows.prefetch_related(Prefetch("picture__renditions", queryset=sizes, to_attr="prefetched_renditions"))


def article(page, user):
    """What stands below an article: the ones before and after it."""
    rows = type(page).objects.visible_to(user).defer_streamfields().order_by("day", "pk")
    return {
        "newer": rows.filter(day__gte=page.day).exclude(pk=page.pk).exclude(day=page.day, pk__lt=page.pk).first(),
        "older": rows.filter(day__lte=page.day).exclude(pk=page.pk).exclude(day=page.day, pk__gt=page.pk).last(),
    }


def receipts(notice, user):
    """Whether `user` has confirmed the notice, and how many have; nothing for a reader from outside."""
    if not notice.receipt_wanted or not roles(user).inside:
        return {}
    counted = Receipt.objects.filter(notice=notice).aggregate(
        receipt_count=Count("pk"), confirmed=Count("pk", filter=Q(user=user))
    )
    return {**counted, "asks_receipt": True}
