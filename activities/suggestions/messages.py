"""Who is told of a step. No text names an author, not even of a named suggestion: nothing depends on a flag."""

from django.utils import timezone
from django.utils.translation import gettext as _

from activities.choices import SuggestionState
from activities.models import SuggestionAuthor
from staff.choices import NotificationKind, PostKind, Role
from staff.models import Grant, Post, User
from staff.notifications import notify

STEP = 4


def tell(suggestion, users, text, *, key, but=None):
    """Notify `users` except the one who acted."""
    told = [user for user in users if but is None or user.pk != but.pk]
    notify(
        users=told,
        kind=NotificationKind.SUGGESTION,
        text=text,
        address=suggestion.get_absolute_url(),
        key=key_of(suggestion, key),
    )


def tell_of_session(session, users, text, *, but=None):
    """Notify `users` of a session that ended, once an ending; one line for all its voices."""
    notify(
        users=[user for user in users if but is None or user.pk != but.pk],
        kind=NotificationKind.SUGGESTION,
        text=text,
        address=session.get_absolute_url(),
        key=f"session:{session.pk}:{session.version}",
    )


def key_of(suggestion, key):
    """What tells two notifications of one suggestion apart: the same comes once."""
    return f"suggestion:{suggestion.pk}:{key}"


def tell_authors(suggestion, text, *, key, by):
    """Tell everybody who stands behind it, and behind those merged into it."""
    family = _family(suggestion)
    parts = SuggestionAuthor.objects.filter(suggestion__in=family).values("member__user")
    tell(suggestion, User.objects.filter(pk__in=parts, is_active=True), text, key=key, but=by)


def _family(suggestion):
    """The suggestion and all that were merged into it, at any depth."""
    found, fresh = {suggestion.pk}, [suggestion.pk]
    while fresh:
        merged = type(suggestion).objects.filter(merged_into__in=fresh).values_list("pk", flat=True)
        fresh = [pk for pk in merged if pk not in found]
        found.update(fresh)
    return found


def deciders(organisation):
    """Secretaries and deputies of `organisation` or, where it has none with an account, of the next one above."""
    paths = [organisation.path[:end] for end in range(len(organisation.path), 0, -STEP)]
    posts = Post.objects.on(timezone.localdate()).filter(
        organisation__path__in=paths,
        kind__in=(PostKind.SECRETARY, PostKind.DEPUTY),
        member__user__is_active=True,
    )
    found = {}
    for path, user in posts.values_list("organisation__path", "member__user"):
        found.setdefault(path, set()).add(user)
    nearest = next((found[path] for path in paths if path in found), set())
    return User.objects.filter(pk__in=nearest) if nearest else office()


def management(unit):
    """Those who manage `unit` or, where nobody does, the next unit above."""
    paths = [unit.path[:end] for end in range(len(unit.path), 0, -STEP)]
    grants = Grant.objects.on(timezone.localdate()).filter(
        role=Role.MANAGEMENT, unit__path__in=paths, user__is_active=True
    )
    found = {}
    for path, user in grants.values_list("unit__path", "user"):
        found.setdefault(path, set()).add(user)
    nearest = next((found[path] for path in paths if path in found), set())
    return User.objects.filter(pk__in=nearest)


def next_level(suggestion):
    """Whoever stands above those who owe the suggestion's next step; nobody where that is the party office."""
    if suggestion.state in {SuggestionState.ASSIGNED, SuggestionState.IN_PROGRESS} and suggestion.lead_unit:
        place, holders = suggestion.lead_unit, management
    else:
        place, holders = suggestion.organisation, deciders
    above = place.get_parent()
    # The office has its own turn, and stands in for a place that has nobody.
    others = {*holders(place), *office()}
    return [user for user in holders(above) if user not in others] if above else []


def office():
    """The party office."""
    grants = Grant.objects.on(timezone.localdate()).filter(role=Role.OFFICE)
    return User.objects.filter(pk__in=grants.values("user"), is_active=True)


def text_of(suggestion, what):
    """The usual sentence: number and `what` happened, a text translated lazily or a call that answers it."""
    return lambda: (
        _("建议%(number)s：%(what)s")
        % {
            "number": suggestion.number,
            "what": what() if callable(what) else what,
        }
    )
