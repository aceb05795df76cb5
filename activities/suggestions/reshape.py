"""Two suggestions become one, or one becomes two; every author is still answered, every word stays in the history."""

import uuid

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities import phrases
from activities.choices import OPEN_SUGGESTIONS
from activities.models import Suggestion, SuggestionAuthor
from activities.suggestions import messages, sessions
from activities.suggestions.history import record
from activities.suggestions.intake import MAX_TEXT, in_lines, next_number, series_of
from activities.suggestions.moves import locked, move
from staff.notifications import worded


@transaction.atomic
def merge(*, suggestion, into, seen, by, at=None):
    """并案 into one that is still open; its authors are answered with it. Never into itself or in a circle."""
    at = at or timezone.now()
    # Locked in one order, so that two merges of the same pair cannot wait for each other.
    list(Suggestion.objects.select_for_update().filter(pk__in=(suggestion.pk, into.pk)).order_by("pk"))
    row, step = locked(suggestion, "merge", seen, by)
    target = Suggestion.objects.get(pk=into.pk)
    if target.pk == row.pk:
        raise ValidationError({"into": _("不能并入自身。")})
    # What is merged is no longer open, so no chain can come back to where it began.
    if target.state not in OPEN_SUGGESTIONS:
        raise ValidationError(
            {"into": _("“%(state)s”状态的建议不能再并入其他建议。") % {"state": target.get_state_display()}}
        )
    row.merged_into = target
    what = phrases.MERGED.said(number=target.number)
    event = move(row, step.to, action="merge", text=what, by=by, at=at)
    told = worded(gettext_lazy("已并入%(number)s，一并答复"), {"number": target.number})
    messages.tell_authors(row, messages.text_of(row, told), key=event.pk, by=by)
    return row


@transaction.atomic
def split(*, suggestion, text, rest, topic="", seen, by, at=None):
    """Leave `text` with the suggestion and put `rest` forward as one of its own, by the same people.

    The new one has a number of its own and stands where the first one stands; the words as they were stay in the
    history of the first.
    """
    at = at or timezone.now()
    row, _step = locked(suggestion, "split", seen, by)
    text, rest = in_lines(text), in_lines(rest)
    missing = {name: _("请填写内容。") for name, words in (("text", text), ("rest", rest)) if not words}
    if missing:
        raise ValidationError(missing)
    if len(rest) > MAX_TEXT:
        raise ValidationError({"rest": _("建议内容最多%(n)d字。") % {"n": MAX_TEXT}})
    other = Suggestion(
        number=next_number(series_of(row.organisation, at)),
        token=uuid.uuid4(),
        text=rest,
        topic=str(topic).strip() or row.topic,
        organisation=row.organisation,
        activity_id=row.activity_id,
        unnamed=row.unnamed,
        state=row.state,
        logged_on=row.logged_on,
        accepted_on=row.accepted_on,
        due=row.due,
        split_from=row,
    )
    other.full_clean(validate_unique=False)
    other.save()
    SuggestionAuthor.objects.bulk_create(
        SuggestionAuthor(suggestion=other, member_id=author.member_id, part=author.part)
        for author in SuggestionAuthor.objects.filter(suggestion=row)
    )
    said = phrases.SPLIT.said(number=other.number, text=row.text)
    record(row, action="split", text=said, by=by, at=at)
    row.text = text
    row.full_clean(validate_unique=False)
    row.save(update_fields=["text"])
    event = record(other, action="split", text=phrases.SPLIT_FROM.said(number=row.number), by=by, at=at)
    if row.activity_id:
        sessions.enter(other, row.activity)
        sessions.touch(row)
    told = worded(gettext_lazy("已拆分为两条，另一条为%(number)s"), {"number": other.number})
    messages.tell_authors(row, messages.text_of(row, told), key=event.pk, by=by)
    return other
