"""What the bureau is called and whether it is the demo: read on every page, so kept in the shared cache."""

from django.core.cache import cache

from home.models import BureauSettings

KEY = "bureau"


def bureau():
    """The name of the bureau, and whether what the portal holds is the demo."""
    known = cache.get(KEY)
    if known is None:
        known = BureauSettings.objects.values_list("name", "is_demo").first() or (
            str(BureauSettings._meta.get_field("name").default),
            False,
        )
        cache.set(KEY, known, 300)
    return known


def bureau_name():
    """What the bureau is called."""
    return bureau()[0]


def is_demo():
    """Whether every page must say that its data are invented."""
    return bureau()[1]
