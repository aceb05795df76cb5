"""Parts of a file (RFC 9110, 14): a player that jumps within a film asks for the bytes from there on, no more."""

import re

from django.http import HttpResponse, StreamingHttpResponse

CHUNK = 64 * 1024
# One part; who asks for several at once is given the whole, as is who asks in a way that cannot be read.
ONE_PART = re.compile(r"bytes=\s*([0-9]{0,18})-([0-9]{0,18})\s*", re.ASCII)
# What a part says of itself as the whole does.
KEPT = (
    "Accept-Ranges",
    "Cache-Control",
    "Content-Disposition",
    "Content-Security-Policy",
    "ETag",
    "Vary",
    "X-Content-Type-Options",
)


class Part:
    """So many bytes of an open file from a place on, in pieces; closing it closes the file."""

    def __init__(self, file, start, length):
        self.file, self.start, self.left = file, start, length
        self.close = file.close

    def __iter__(self):
        self.file.seek(self.start)
        while self.left > 0 and (piece := self.file.read(min(CHUNK, self.left))):
            self.left -= len(piece)
            yield piece


def ranged(request, response, file):
    """`response`, which holds all of `file`; or the part that was asked for (206), or that there is none (416)."""
    response["Accept-Ranges"] = "bytes"
    wanted = request.headers.get("Range", "")
    if request.method != "GET" or not wanted or not _is_current(request, response):
        return response
    found = ONE_PART.fullmatch(wanted)
    first, last = found.groups() if found else ("", "")
    if not first and not last or first and last and int(first) > int(last):
        return response
    size = file.size
    start = int(first) if first else max(0, size - int(last))
    end = min(int(last), size - 1) if first and last else size - 1
    if start > end:
        file.close()
        refused = HttpResponse(status=416)
        refused["Content-Range"] = f"bytes */{size}"
        return _alike(refused, response)
    part = StreamingHttpResponse(Part(file, start, end - start + 1), status=206, content_type=response["Content-Type"])
    part["Content-Range"] = f"bytes {start}-{end}/{size}"
    part["Content-Length"] = end - start + 1
    return _alike(part, response)


def _is_current(request, response):
    """Whether the file is still the one of which the asker holds the beginning."""
    known = request.headers.get("If-Range")
    return known is None or not known.startswith("W/") and known == response.get("ETag")


def _alike(answer, response):
    for name in KEPT:
        if response.has_header(name):
            answer[name] = response[name]
    return answer
