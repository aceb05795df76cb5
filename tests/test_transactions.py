"""Tests that commit leave nothing behind, and find what migrations made."""

import pytest
from django.core.cache import cache
from wagtail.models import Page, Site


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_every_turn_finds_the_first_pages_and_a_clean_cache(turn):
    """The second finds what the first found."""
    assert cache.get("turn") is None
    assert Page.objects.filter(depth=1).exists()
    assert Site.objects.exists()
    cache.set("turn", turn)
