"""What time does to suggestions: silence closes what was answered, and the next level hears of what is overdue."""

from datetime import timedelta
from itertools import groupby

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activities import phrases
from activities.choices import SuggestionState as State
from activities.models import Suggestion
from activities.suggestions import messages
from activities.suggestions.history import record
from activities.suggestions.moves import move
from activities.suggestions.table import OFFICE_AFTER, SILENCE_DAYS
from staff.models import Notification
from staff.workdays import add_working_days

# Who hears of what is overdue, one after the other.
LEVELS = ("late", "office")


def close_silent(now):
    """Close what was answered and not rated within ten working days; answers how many. Safe to run twice at once."""
    day, closed = timezone.localdate(now), 0
    answered = Suggestion.objects.filter(state=State.ANSWERED, answered_on__lt=day - timedelta(days=SILENCE_DAYS))
    pairs = answered.order_by("answered_on", "pk").values_list("answered_on", "pk")
    for answered_on, rows in groupby(pairs, key=lambda pair: pair[0]):
        if add_working_days(answered_on, SILENCE_DAYS) >= day:
            continue
        for _day, pk in rows:
            with transaction.atomic():
                row = Suggestion.objects.select_for_update().filter(pk=pk, state=State.ANSWERED).first()
                if row is not None:
                    move(row, State.CLOSED, action="close", text=phrases.UNRATED.said(), by=None, at=now)
                    closed += 1
    return closed


def escalate(now):
    """Tell the next level above of each suggestion whose step is overdue, and the party office a week later.

    Once a step, due date and level, and in the history; answers how many were new. Safe to run twice at once.
    """
    day = timezone.localdate(now)
    late = list(Suggestion.objects.overdue(day).select_related("organisation", "lead_unit"))
    keys = {row.pk: [messages.key_of(row, _key(row, level)) for level in LEVELS] for row in late}
    all_keys = [key for pair in keys.values() for key in pair]
    told = set(Notification.objects.filter(key__in=all_keys).values_list("key", flat=True))
    new = 0
    for row in late:
        above, office = (key in told for key in keys[row.pk])
        if office or (above and row.due >= day - OFFICE_AFTER):
            continue
        new += _raise(row, "office" if above else "late", now)
    return new


def _key(row, level):
    return f"{level}:{row.state}:{row.due:%Y%m%d}:{row.pk}"


@transaction.atomic
def _raise(row, level, now):
    """Whether somebody above was there to be told; where nobody stands between, that is the party office at once."""
    users = messages.next_level(row) if level == "late" else []
    if not users:
        level, users = "office", list(messages.office())
    if not users:
        return False
    text = messages.text_of(row, lambda: _("“%(state)s”已逾期，请督办") % {"state": row.get_state_display()})
    messages.tell(row, users, text, key=_key(row, level))
    record(row, action="escalate", text=phrases.ESCALATED.said(state=State(row.state).label), by=None, at=now)
    return True
