"""What a list of updates shows of each: its words with the colleagues named in them."""

from home.mentions import marked

# On the front page an update is a glance.
GLANCE = 90


def rows(updates, *, cut=None):
    """The fetched `updates`, each with its words as markup; cut short, they lead to nobody who is named in them."""
    found = list(updates)
    for update in found:
        update.shown = marked(update.text, [] if cut else [mention.member for mention in update.named], cut=cut)
    return found
