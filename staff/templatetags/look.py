"""The smallest pieces of the look, as tags: they stand dozens of times on a page, where an include is too slow.

Known to every template without `{% load %}` (settings.TEMPLATES).
"""

from functools import lru_cache

from django import template
from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import mark_safe

from staff import seeded, wording

register = template.Library()
register.filter("seeded", seeded.shown)
register.filter("listed", wording.listed)
register.simple_tag(wording.comma, name="comma")
register.simple_tag(wording.colon, name="colon")


@register.simple_tag
@lru_cache(maxsize=256)
def icon(name):
    """One picture of the sheet `portal/icons.svg`, hidden from screen readers: a word always stands beside it."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("portal/icons.svg"),
        name,
    )


@register.simple_tag
def badge(tone, label):
    """A state: a word in the tone that its register gives it."""
    return mark_safe(f'<span class="badge {conditional_escape(tone or "muted")}">{conditional_escape(label)}</span>')
