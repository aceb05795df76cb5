"""Putting a suggestion forward: stored once however often it is sent, numbered without gaps."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models.functions import Length
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.choices import AuthorPart, SuggestionState
from activities.models import Activity, Suggestion, SuggestionAuthor, Support
from activities.suggestions import attachments, messages, sessions
from activities.suggestions.history import record
from activities.suggestions.table import DAYS
from staff import access
from staff.choices import UnitKind
from staff.models import Member, PartyOrganisation, Unit
from staff.workdays import add_working_days

# The same words by the same author within this time are one suggestion: a nervous thumb, a page loaded twice.
TWICE = timedelta(minutes=10)
ATTEMPTS = 3
MAX_TEXT = Suggestion._meta.get_field("text").max_length
# What follows the place in a bureau's short name: 官渡区局, 官渡局, 官渡区烟草专卖局 are all 官渡 in a number.
_AFTER_PLACE = re.compile(r"(?<=..)((彝族苗族|回族彝族|彝族)自治县|区|县|市)?(烟草专卖局|分局|局)?([(\uff08].*)?$")


@dataclass(frozen=True)
class Said:
    """What somebody puts forward, as it came in."""

    text: str
    member: Member
    organisation: PartyOrganisation
    activity: Activity | None
    unnamed: bool
    topic: str
    co_signers: tuple
    files: tuple
    token: object
    series: tuple
    due: date


def put_forward(
    *,
    text,
    member,
    organisation,
    activity=None,
    unnamed=False,
    topic="",
    co_signers=(),
    files=(),
    token,
    by,
    at=None,
):
    """Log a suggestion of `member`; the same `token`, or the same text within ten minutes, answers the one stored.

    `by` is the author, or the recorder of the session who enters it for the speaker; `files` are `attachments.Paper`s.
    Raises ValidationError.
    """
    at = at or timezone.now()
    # What can be known beforehand is: in the transaction everybody else who puts something forward waits.
    day = timezone.localdate(at)
    said = Said(
        text=in_lines(text),
        member=member,
        organisation=organisation,
        activity=activity,
        unnamed=unnamed,
        topic=str(topic).strip(),
        co_signers=tuple(co_signers),
        files=tuple(files),
        token=token,
        series=series_of(organisation, at),
        due=add_working_days(day, DAYS[SuggestionState.LOGGED]),
    )
    for attempt in range(ATTEMPTS):
        try:
            with transaction.atomic():
                return _store(said, by, at)
        except IntegrityError:
            # The same token, or a number taken by a unit of the same short name, at the same moment.
            if attempt == ATTEMPTS - 1:
                raise
    raise AssertionError


def in_lines(text):
    """`text` as it is stored: without blanks round it, its lines ended as the database has them."""
    return text.replace("\r\n", "\n").strip()


def _store(said, by, at):
    activity, member = said.activity, said.member
    if by is None or (member.user_id != by.pk and not (activity and access.allowed(by, "change", activity))):
        raise PermissionDenied
    if len(said.text) > MAX_TEXT:
        raise ValidationError({"text": _("建议内容最多%(n)d字。") % {"n": MAX_TEXT}})
    number = next_number(said.series)
    known = Suggestion.objects.filter(token=said.token).first() or _same(said.text, member, at)
    if known is not None:
        return known
    suggestion = Suggestion(
        number=number,
        token=said.token,
        text=said.text,
        topic=said.topic,
        organisation=said.organisation,
        activity=activity,
        unnamed=said.unnamed,
        logged_on=timezone.localdate(at),
        due=said.due,
    )
    # Constraints speak of later states: the database holds them anyway.
    suggestion.full_clean(validate_unique=False, validate_constraints=False)
    suggestion.save()
    others = [person for person in dict.fromkeys(said.co_signers) if person.pk != member.pk]
    SuggestionAuthor.objects.bulk_create(
        [SuggestionAuthor(suggestion=suggestion, member=member)]
        + [SuggestionAuthor(suggestion=suggestion, member=person, part=AuthorPart.CO_SIGNER) for person in others]
    )
    attachments.keep(suggestion, said.files)
    record(suggestion, action="log", by=by, at=at)
    gathered = activity is not None and sessions.enter(suggestion, activity)
    _tell(suggestion, others, by, gathered)
    return suggestion


def _tell(suggestion, others, by, gathered):
    """Whoever decides is told at once; of what a session gathers they are told in one line when it ends."""
    if not gathered:
        messages.tell(
            suggestion,
            messages.deciders(suggestion.organisation),
            messages.text_of(suggestion, gettext_lazy("新登记，请决定是否立案")),
            key="logged",
            but=by,
        )
    if others:
        users = [person.user for person in others if person.user_id]
        messages.tell(
            suggestion, users, messages.text_of(suggestion, gettext_lazy("您被列为附议人")), key="co-signed", but=by
        )


def _same(text, member, at):
    """The same words by the same author a moment ago."""
    mine = SuggestionAuthor.objects.filter(member=member, part=AuthorPart.AUTHOR).values("suggestion")
    recent = Suggestion.objects.filter(pk__in=mine, text=text, logged_on__gte=timezone.localdate(at - TWICE))
    return next((row for row in recent if row.events.filter(at__gt=at - TWICE, at__lte=at).exists()), None)


def series_of(organisation, at):
    """Beginning of the docket numbers of the organisation's county in the year of `at`, and the unit that counts."""
    return _series(organisation.unit, timezone.localdate(at).year)


def next_number(series):
    """The next docket number (2026-官渡-0039) of a series, which is held until the commit."""
    prefix, unit = series
    # Numbers of one series are taken one after the other: the unit's row is the queue.
    Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    return f"{prefix}{_next(prefix):04}"


def _series(unit, year):
    """Beginning of the numbers (2026-官渡-) and the unit that counts them: the county bureau in which `unit` lies."""
    above = list(unit.get_ancestors()) + [unit]
    counted = next((row for row in above if row.kind == UnitKind.COUNTY), unit)
    place = _AFTER_PLACE.sub("", str(counted)) or str(counted)
    return f"{year}-{place[:20]}-", counted


def _next(prefix):
    numbers = Suggestion.objects.filter(number__startswith=prefix).order_by(Length("number").desc(), "-number")
    last = numbers.values_list("number", flat=True).first()
    return int(last.rpartition("-")[2]) + 1 if last else 1


@transaction.atomic
def toggle_support(*, suggestion, by):
    """Support somebody's suggestion, or take the support back; answers whether it stands. Nobody supports their own."""
    member = access.roles(by).member
    if member is None or not access.allowed(by, "view", suggestion):
        raise PermissionDenied
    if SuggestionAuthor.objects.filter(suggestion=suggestion, member=member).exists():
        raise ValidationError(_("本人提出或附议的建议无需再支持。"))
    support, made = Support.objects.get_or_create(suggestion=suggestion, member=member)
    if not made:
        support.delete()
    return made
