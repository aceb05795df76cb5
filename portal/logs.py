"""Lines of the log: addresses that open something by themselves stand in none of them."""

import logging
import re

# The rest of such an address is a key: an invitation, a private calendar, a link that ends the digest.
KEYS = re.compile(r"(/(?:invitations|activities/mine|me/digest-off)/)[^/\s'\"<>?]+")


class Formatter(logging.Formatter):
    """A line with its traceback, without the keys in addresses."""

    def format(self, record):
        """The line as it may be kept."""
        return KEYS.sub(r"\1…", super().format(record))
