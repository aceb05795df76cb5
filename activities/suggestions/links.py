"""What a suggestion is about: linked to a plot, a finding there, a project of an agreement, or an activity."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from activities.choices import ItemList
from activities.models import Activity, AgreementItem, Suggestion, SuggestionLink
from activities.phrases import Phrase
from activities.suggestions.history import record
from staff import access
from staff.models import Finding, Plot

SHOWN = 8
# The field of what is searched for, and what to bring along for its line and its address.
_LOOKUPS = {
    "plot": (Plot, "name", ("unit",)),
    "finding": (Finding, "text", ("visit__assignment__plot",)),
    "project": (AgreementItem, "title", ("agreement",)),
    "activity": (Activity, "title", ()),
}
LINKING = ("decide", "assist")
_KINDS = [SuggestionLink._meta.get_field(name).verbose_name for name in SuggestionLink.TARGETS]
LINKED = Phrase(gettext_noop("关联：%(kind)s"), kind=_KINDS)
UNLINKED = Phrase(gettext_noop("取消关联：%(kind)s"), kind=_KINDS)


def may_link(user, suggestion):
    """Whoever decides on it, handles it or assists."""
    return any(access.allowed(user, action, suggestion) for action in LINKING)


def found(*, kind, text, user):
    """Up to eight things of `kind` that say `text` and that `user` may see."""
    model, name, related = _LOOKUPS[kind]
    rows = model.objects.visible_to(user).filter(**{f"{name}__icontains": text}).select_related(*related)
    if kind == "project":
        rows = rows.filter(list=ItemList.PROJECT)
    return rows.order_by("-pk")[:SHOWN] if text else []


def of(suggestion, user):
    """The suggestion's links whose target `user` may see."""
    related = [f"{kind}__{one}" for kind, (_model, _name, more) in _LOOKUPS.items() for one in more]
    rows = SuggestionLink.objects.visible_to(user).filter(suggestion=suggestion)
    return rows.select_related(*SuggestionLink.TARGETS, *related)


@transaction.atomic
def link(*, suggestion, kind, target, by, at=None):
    """Link the suggestion to one more thing that `by` may see; twice is once."""
    row = Suggestion.objects.select_for_update().get(pk=suggestion.pk)
    model = _LOOKUPS[kind][0]
    if not may_link(by, row):
        raise PermissionDenied
    thing = model.objects.visible_to(by).filter(pk=target).first()
    if thing is None:
        raise ValidationError(_("没有找到要关联的事项。"))
    made, fresh = SuggestionLink.objects.get_or_create(suggestion=row, **{kind: thing})
    if fresh:
        record(row, action="link", text=LINKED.said(kind=made.kind_label), by=by, at=at or timezone.now())
    return made


@transaction.atomic
def unlink(*, link, by, at=None):
    """Take a link away; that it was there stays in the history."""
    row = Suggestion.objects.select_for_update().get(pk=link.suggestion_id)
    if not may_link(by, row):
        raise PermissionDenied
    what = UNLINKED.said(kind=link.kind_label)
    SuggestionLink.objects.filter(pk=link.pk).delete()
    record(row, action="unlink", text=what, by=by, at=at or timezone.now())
