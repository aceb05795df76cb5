"""QR codes of the portal's own addresses, for the scanner of a phone."""

import segno
from django.utils.safestring import mark_safe


def qr(address):
    """`address` as an inline SVG that scales with its place, black on white in any scheme.

    Middling redundancy, for a lamp's glare on a screen. Safe as markup: segno draws the modules of a code, and nothing
    that somebody typed stands in it.
    """
    code = segno.make(address, error="m", micro=False)
    return mark_safe(code.svg_inline(omitsize=True, border=2, dark="#000", light="#fff"))
