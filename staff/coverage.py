"""How well an area is covered, by county, township or village: plots held, thin, empty, overdue, and who to call.

The database counts; the outlines of the counties are a sketch to show it on.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from math import cos, radians
from os.path import commonprefix
from pathlib import Path

from django.db.models import Count, Max, Min, Q, Value
from django.db.models.functions import Coalesce, Substr
from django.utils.translation import gettext as _

from staff.choices import DivisionLevel, PostKind, Role
from staff.models import Assignment, Division, Grant, Plot, Post

# How many digits of a division's code name its county, township and village.
CODE_LENGTHS = {DivisionLevel.COUNTY: 6, DivisionLevel.TOWNSHIP: 9, DivisionLevel.VILLAGE: 12}
OUTLINES = Path(__file__).parent / "data" / "kunming" / "counties.geojson"
WIDTH = 640
# Digits of a unit's path for each step down the tree.
STEP = 4
# Places that lie together in the middle of the city have their names in smaller type.
CLOSE = {"530102", "530103", "530111", "530112", "530114"}


@dataclass
class Cover:
    """How well the plots of one division are held and visited on a day."""

    code: str
    name: str
    plots: int = 0
    held: int = 0
    thin: int = 0
    empty: int = 0
    overdue: int = 0
    unit_path: str = ""
    contact: object = None

    @property
    def opens(self):
        """Whether there is a level below."""
        return 0 < len(self.code) < CODE_LENGTHS[DivisionLevel.VILLAGE]

    @property
    def tone(self):
        """How it stands, as a tone: something empty is red, something thin or late amber."""
        if not self.plots:
            return "muted"
        return "red" if self.empty else "amber" if self.thin or self.overdue else "green"

    @property
    def label(self):
        """How it stands, in words."""
        if not self.plots:
            return _("未设责任田")
        if self.empty:
            return _("%(number)d块无人负责") % {"number": self.empty}
        if self.thin:
            return _("%(number)d块力量不足") % {"number": self.thin}
        return _("%(number)d块走访逾期") % {"number": self.overdue} if self.overdue else _("覆盖良好")


def figures(day):
    """What is counted of plots, for `annotate` or `aggregate`: each plot once."""

    def among(rows):
        return Q(pk__in=rows.order_by().values("pk"))

    held = Assignment.objects.on(day).values("plot")
    return {
        "plots": Count("pk", distinct=True),
        "held": Count("pk", distinct=True, filter=Q(pk__in=held)),
        "thin": Count("pk", distinct=True, filter=among(Plot.objects.thin(day))),
        "empty": Count("pk", distinct=True, filter=~Q(pk__in=held)),
        "overdue": Count("pk", distinct=True, filter=among(Plot.objects.overdue(day))),
    }


def coverage(*, plots, day, below=None):
    """Cover of the divisions one level under `below` (a Division, or None for the counties), and of all together.

    `plots` are what the reader may see. A plot that lies in several divisions counts in each of them, and once in the
    total. Villages without any plot are listed too: they are what the page is for. Four queries, whatever the size.
    """
    length = CODE_LENGTHS[DivisionLevel.COUNTY if below is None else _next_level(below)]
    found = plots.open_on(day).order_by()
    lies = Q()
    if below is not None:
        found, lies = found.within(below.code), Q(divisions__code__startswith=below.code)
    counts = figures(day)
    total = Cover("", _("合计"), **found.aggregate(**counts))
    names = dict(_divisions(below).values_list("code", "name"))
    rows = {code: Cover(code, name) for code, name in names.items()}
    placed = found.filter(lies).annotate(place=Coalesce(Substr("divisions__code", 1, length), Value("")))
    reach = {"lowest": Min("unit__path"), "highest": Max("unit__path")}
    for row in placed.values("place").annotate(**counts, **reach):
        code, lowest, highest = row.pop("place"), row.pop("lowest"), row.pop("highest")
        path = commonprefix([lowest, highest])
        name = names.get(code) or (below.name if code and below is not None else _("未标注区划"))
        rows[code] = Cover(code, name, **row, unit_path=path[: len(path) // STEP * STEP])
    _name_contacts(rows.values(), day)
    listed = sorted(rows.values(), key=lambda row: (row.code == "", row.code))
    keep_empty = below is not None and below.level == DivisionLevel.TOWNSHIP
    return [row for row in listed if row.plots or keep_empty], total


def _name_contacts(rows, day):
    """Name for each row who answers for its plots: the manager nearest to their units, or else the secretary."""
    found = {}
    posts = Post.objects.on(day).filter(kind=PostKind.SECRETARY, organisation__external=False)
    grants = Grant.objects.on(day).filter(role=Role.MANAGEMENT, unit__isnull=False, user__member__isnull=False)
    held = [
        rows_of.order_by()
        .annotate(nearer=Value(nearer))
        .values_list("nearer", "pk", f"{unit}__path", f"{member}__pk", f"{member}__name")
        for nearer, rows_of, unit, member in (
            (0, posts, "organisation__unit", "member"),
            (1, grants, "unit", "user__member"),
        )
    ]
    for _nearer, _pk, path, member, name in sorted(held[0].union(held[1], all=True), key=lambda row: (row[0], -row[1])):
        found[path] = (member, name)
    for row in rows:
        path = row.unit_path
        while path and path not in found:
            path = path[:-STEP]
        row.contact = found.get(path)


def _next_level(division):
    levels = list(DivisionLevel)
    return levels[min(levels.index(DivisionLevel(division.level)) + 1, len(levels) - 1)]


def _divisions(below):
    if below is None:
        return Division.objects.filter(level=DivisionLevel.COUNTY)
    return Division.objects.filter(parent=below)


@dataclass(frozen=True)
class Shape:
    """A county's outline on the map: its path, and where its name stands."""

    code: str
    path: str
    x: int
    y: int
    close: bool


@lru_cache(maxsize=1)
def outlines():
    """The counties' outlines as they are drawn (a sketch, not a survey), with the height of the drawing."""
    features = json.loads(OUTLINES.read_text())["features"]
    rings = {}
    for feature in features:
        parts = feature["geometry"]["coordinates"]
        parts = parts if feature["geometry"]["type"] == "MultiPolygon" else [parts]
        rings[feature["properties"]["code"]] = [ring for part in parts for ring in part]
    points = [point for parts in rings.values() for ring in parts for point in ring]
    west, east = min(x for x, _y in points), max(x for x, _y in points)
    south, north = min(y for _x, y in points), max(y for _x, y in points)
    scale = WIDTH / (east - west)
    tall = scale / cos(radians((south + north) / 2))

    def put(point):
        return round((point[0] - west) * scale), round((north - point[1]) * tall)

    shapes = []
    for code, parts in rings.items():
        path = "".join("M" + "L".join(f"{x} {y}" for x, y in map(put, ring)) + "Z" for ring in parts)
        biggest = [put(point) for point in max(parts, key=len)]
        x = (min(x for x, _y in biggest) + max(x for x, _y in biggest)) // 2
        y = (min(y for _x, y in biggest) + max(y for _x, y in biggest)) // 2
        shapes.append(Shape(code, path, x, y, code in CLOSE))
    return tuple(shapes), round((north - south) * tall)


def county_map(rows):
    """The outlines with the cover of each county among `rows`; those outside the reader's scope have none."""
    shapes, height = outlines()
    covers = {row.code: row for row in rows}
    names = dict(Division.objects.filter(code__in=[shape.code for shape in shapes]).values_list("code", "name"))
    placed = [(shape, _short(names.get(shape.code, "")), covers.get(shape.code)) for shape in shapes]
    return {"shapes": [one for one in placed if one[1]], "width": WIDTH, "height": height}


def _short(name):
    """A county's name as maps have it: without its nationality and, where two characters stay, its rank."""
    for part in ("彝族苗族自治县", "回族彝族自治县", "彝族自治县", "区", "县", "市"):
        if name.endswith(part) and len(name) - len(part) >= 2:
            return name.removesuffix(part)
    return name
