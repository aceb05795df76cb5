"""Secrets in the database: encrypted with the bureau's key, so that a copy of the database alone opens none of them.

The first key of SECRETS_KEY seals; the others, and what follows from SECRET_KEY and its fallbacks, still open what they
sealed. `manage.py reseal` seals all anew, after which an earlier key can go.
"""

import base64
import hashlib
import logging

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models

logger = logging.getLogger("staff.sealed")
# What is sealed begins so; what does not was stored before there was a key.
MARK = "sealed:"


def _keys():
    """The keys in force, that which seals first."""
    words = [*settings.SECRETS_KEY, settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = (hashlib.sha256(f"staff.sealed:{word}".encode()).digest() for word in words)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


def seal(text):
    """What is stored of a secret; nothing stays nothing."""
    return f"{MARK}{_keys().encrypt(text.encode()).decode()}" if text else ""


def unseal(stored):
    """The secret. Raises InvalidToken when none of the keys opens it."""
    if not stored or not stored.startswith(MARK):
        return stored
    return _keys().decrypt(stored.removeprefix(MARK).encode()).decode()


class SealedField(models.TextField):
    """A text that is encrypted in the database; one that no key opens is read as empty, and the log says so."""

    def get_prep_value(self, value):
        """As it is stored."""
        return seal(super().get_prep_value(value))

    def from_db_value(self, value, expression, connection):
        """As it was entered."""
        try:
            return unseal(value)
        except InvalidToken:
            logger.error("No key of SECRETS_KEY opens %s; it must be entered again.", self)
            return ""
