"""All accounts of activities, by kind."""

from home.demo.texts.accounts_joint import JOINT
from home.demo.texts.accounts_meetings import MEETINGS
from home.demo.texts.accounts_themes import THEME_DAYS
from home.demo.texts.shapes import Account

ACCOUNTS = THEME_DAYS + JOINT + MEETINGS


def accounts_of(kind: str) -> tuple[Account, ...]:
    """The accounts written for this kind of activity."""
    return tuple(account for account in ACCOUNTS if account.kind == kind)
