"""Each step leaves two traces in its own transaction: a row of the history that readers see, and one in the log."""

from wagtail.log_actions import LogContext, log

from activities.models import SuggestionAuthor, SuggestionEvent


def is_author(suggestion, user):
    """Whether `user` is somebody behind the suggestion."""
    return user is not None and SuggestionAuthor.objects.filter(suggestion=suggestion, member__user=user).exists()


def record(suggestion, *, action, text="", by, at):
    """Add the step to the history and to the log; an unnamed author's own steps carry no user in either."""
    if suggestion.unnamed and is_author(suggestion, by):
        by = None
    state = suggestion.state
    event = SuggestionEvent.objects.create(suggestion=suggestion, state=state, text=text[:4000], by=by, at=at)
    # A context of its own: the log fills a missing user from the request's, which would name the author.
    with LogContext(user=by):
        log(instance=suggestion, action=f"activities.suggestion.{action}", user=by, data={"state": state})
    return event
