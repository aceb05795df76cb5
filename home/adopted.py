"""Adopted suggestions made known: a piece of news with what was said, what was answered, and what came of it."""

from html import escape

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from activities.choices import SuggestionState, Verdict
from activities.models import Suggestion
from activities.suggestions import messages
from activities.suggestions.history import record
from home.models import NewsIndexPage, NewsPage
from staff.access import allowed
from staff.audience import Audience
from staff.word import written

TITLE = 24


def offers(user, suggestion):
    """What stands on a suggestion's page for whoever may make it known."""
    if suggestion.verdict != Verdict.ADOPTED or not allowed(user, "publish", suggestion):
        return []
    return [
        {
            "url": reverse("home:suggestion_news", args=[suggestion.pk]),
            "buttons": [
                {"icon": "news", "label": pgettext("button", "发布为动态")},
                {"icon": "edit", "label": pgettext("button", "存为动态草稿"), "name": "draft"},
            ],
        }
    ]


@transaction.atomic
def publish(*, suggestion, live, by, at=None):
    """Make a piece of news of an adopted suggestion: published at once, or as a draft that the office goes on writing.

    Once: a second try is told of the first. Nobody is named but those who want to be; the authors are told.
    """
    row = Suggestion.objects.select_for_update(of=("self",)).get(pk=suggestion.pk)
    if row.news_id:
        raise ValidationError(_("这条建议已经发布过，或已有草稿。"), code="once")
    if not allowed(by, "publish", row):
        raise PermissionDenied
    at = at or timezone.now()
    # Written in the portal's own language, whatever its publisher reads.
    with translation.override(settings.LANGUAGE_CODE):
        page = NewsPage(
            title=_("建议采纳：%(text)s") % {"text": Truncator(" ".join(row.text.split())).chars(TITLE)},
            slug=f"suggestion-{row.pk}",
            day=timezone.localdate(at),
            introduction=_introduction(row),
            body=_body(row),
            audience=Audience.BUREAU,
            live=False,
            owner=by,
        )
    NewsIndexPage.objects.get().add_child(instance=page)
    revision = page.save_revision(user=by, log_action=True)
    if live:
        revision.publish(user=by)
    row.news_id = page.pk
    row.save(update_fields=["news"])
    record(row, action="publish", text=_("作为动态发布") if live else _("起草动态"), by=by, at=at)
    if live:
        text = messages.text_of(row, gettext_lazy("采纳情况已作为动态发布"))
        messages.tell_authors(row, text, key="news", by=by)
    return NewsPage.objects.get(pk=page.pk)


def of(page, user):
    """The suggestion of which the news tells, for a reader who may see it; None of other news."""
    return Suggestion.objects.visible_to(user).filter(news=page).only("pk", "number").first()


def _introduction(row):
    names = "、".join(member.name for member in row.shown_authors)
    words = {"organisation": str(row.organisation), "names": names, "unit": str(row.lead_unit)}
    if names:
        return (_("%(organisation)s%(names)s提出的建议，由%(unit)s办理并采纳。") % words)[:200]
    return (_("%(organisation)s收到的一条建议，由%(unit)s办理并采纳。") % words)[:200]


def _body(row):
    came = [
        _("%(day)s登记，%(answered)s答复。") % {"day": written(row.logged_on), "answered": written(row.answered_on)}
    ]
    if row.answered_in_time:
        came.append(_("在办理期限内答复。"))
    if row.rating:
        came.append(_("建议人评价：%(rating)s。") % {"rating": row.get_rating_display()})
    if row.state == SuggestionState.CLOSED:
        came.append(_("已办结。"))
    return [
        ("heading", _("建议")),
        ("text", _paragraphs(row.text)),
        ("heading", _("答复")),
        ("text", _paragraphs(row.answer)),
        ("heading", _("办理结果")),
        ("text", _paragraphs("".join(came))),
    ]


def _paragraphs(text):
    return "".join(f"<p>{escape(part.strip())}</p>" for part in text.splitlines() if part.strip())
