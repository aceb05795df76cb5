"""The means of the illustrations: a canvas in unit coordinates, palettes by hour of day, hills, trees, people, grain.

Coordinates run from 0 to 1.6 across and from 0 to 1 down, whatever the size in pixels, so that a scene is written once.
"""

from collections.abc import Callable
from functools import lru_cache
from math import pi, sin
from random import Random

from PIL import Image, ImageDraw

Colour = tuple[int, int, int]
Point = tuple[float, float]

WIDTH = 1.6
PAPER: Colour = (251, 248, 243)
INK: Colour = (35, 32, 28)
RED: Colour = (168, 32, 26)
GOLD: Colour = (214, 160, 74)
CREAM: Colour = (244, 233, 212)

# Sky above, sky at the horizon, farthest hills, nearest hills, sun.
HOURS: dict[str, tuple[Colour, Colour, Colour, Colour, Colour]] = {
    "dawn": ((228, 226, 224), (250, 226, 200), (196, 190, 196), (72, 96, 84), (240, 168, 118)),
    "morning": ((206, 222, 226), (246, 240, 226), (172, 194, 196), (58, 98, 72), (250, 226, 178)),
    "noon": ((190, 214, 224), (244, 242, 232), (160, 188, 186), (66, 110, 66), (252, 240, 206)),
    "dusk": ((116, 120, 144), (244, 186, 138), (150, 128, 142), (54, 58, 70), (232, 104, 66)),
    "mist": ((226, 226, 220), (244, 240, 230), (202, 208, 202), (90, 114, 98), (250, 240, 220)),
}


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """`share` of the way from the first colour to the second."""
    return tuple(round(a + (b - a) * share) for a, b in zip(first, second, strict=True))


@lru_cache(maxsize=4)
def _grain(size: tuple[int, int]) -> Image.Image:
    """Fine noise round middle grey, the same each time: a small tile, repeated, so that it costs little."""
    tile = Image.frombytes("L", (256, 256), Random(7).randbytes(256 * 256)).point(lambda value: 90 + value * 76 // 255)
    sheet = Image.new("L", size)
    for left in range(0, size[0], 256):
        for top in range(0, size[1], 256):
            sheet.paste(tile, (left, top))
    return sheet


class Canvas:
    """A picture being made, drawn half as large again when it is small and a quarter when large, for smooth edges."""

    def __init__(self, seed: str, size: tuple[int, int]):
        self.rng = Random(seed)
        self.size = size
        factor = 1.5 if size[0] <= 1200 else 1.25
        self.pixels = (round(size[0] * factor), round(size[1] * factor))
        self.unit = max(self.pixels[0] / WIDTH, self.pixels[1])
        self.left = (self.pixels[0] - WIDTH * self.unit) / 2
        self.top = self.pixels[1] - self.unit
        self.image = Image.new("RGB", self.pixels, PAPER)
        self.draw = ImageDraw.Draw(self.image)

    def at(self, point: Point) -> Point:
        """A point of the scene in pixels."""
        return self.left + point[0] * self.unit, self.top + point[1] * self.unit

    def hour(self, *names: str) -> tuple[Colour, Colour, Colour, Colour, Colour]:
        """One of these hours of the day, by the seed."""
        return HOURS[self.rng.choice(names)]

    def shape(self, points: list[Point], colour: Colour) -> None:
        """A filled polygon."""
        self.draw.polygon([self.at(point) for point in points], fill=colour)

    def box(self, x: float, y: float, width: float, height: float, colour: Colour, radius: float = 0) -> None:
        """A rectangle from its upper left corner, with rounded corners when asked."""
        (left, top), (right, bottom) = self.at((x, y)), self.at((x + width, y + height))
        if radius:
            self.draw.rounded_rectangle((left, top, right, bottom), radius * self.unit, fill=colour)
        else:
            self.draw.rectangle((left, top, right, bottom), fill=colour)

    def disc(self, x: float, y: float, radius: float, colour: Colour, flat: float = 1) -> None:
        """A filled ellipse round its centre; `flat` below 1 makes it lower than wide."""
        (left, top) = self.at((x - radius, y - radius * flat))
        (right, bottom) = self.at((x + radius, y + radius * flat))
        self.draw.ellipse((left, top, right, bottom), fill=colour)

    def line(self, points: list[Point], colour: Colour, width: float) -> None:
        """A line of this width, rounded where it turns."""
        self.draw.line(
            [self.at(point) for point in points], fill=colour, width=max(1, round(width * self.unit)), joint="curve"
        )

    def gradient(self, upper: Colour, lower: Colour, top: float = 0, bottom: float = 1) -> None:
        """A soft vertical gradient over a band of the picture, the full width."""
        first = 0 if top <= 0 else round(self.top + top * self.unit)
        last = self.pixels[1] if bottom >= 1 else round(self.top + bottom * self.unit)
        if last <= first:
            return
        strip = Image.new("RGB", (1, 64))
        strip.putdata([mix(upper, lower, step / 63) for step in range(64)])
        self.image.paste(strip.resize((self.pixels[0], last - first), Image.Resampling.BICUBIC), (0, first))

    def glow(self, x: float, y: float, radius: float, colour: Colour, strength: int = 150) -> None:
        """Light that fades from a centre."""
        patch = Image.radial_gradient("L").resize((round(radius * 2 * self.unit),) * 2)
        mask = patch.point(
            [max(0, round(strength * (1 - value / 181) ** 2)) if value < 181 else 0 for value in range(256)]
        )
        left, top = self.at((x - radius, y - radius))
        self.image.paste(colour, (round(left), round(top)), mask)

    def veil(self, colour: Colour, top: float, bottom: float, strength: int) -> None:
        """Mist: a band of colour, strongest at its lower edge."""
        first, last = round(self.top + top * self.unit), round(self.top + bottom * self.unit)
        mask = (
            Image.linear_gradient("L")
            .resize((self.pixels[0], last - first))
            .point(lambda value: value * strength // 255)
        )
        self.image.paste(colour, (0, first), mask)

    def ridge(self, base: float, height: float, rough: float = 1.0) -> Callable[[float], float]:
        """A line of hills as a function of x, from a few waves drawn by the seed."""
        waves = [
            (height * share, self.rng.uniform(*span), self.rng.uniform(0, 2 * pi))
            for share, span in ((0.55, (1.6, 3.2)), (0.3, (4, 7)), (0.13 * rough, (9, 15)), (0.05 * rough, (22, 34)))
        ]
        return lambda x: base - sum(size * (0.5 + 0.5 * sin(x * pace + phase)) for size, pace, phase in waves)

    def hill(self, line: Callable[[float], float], colour: Colour) -> None:
        """Fill everything below a line."""
        self.shape(
            [(-0.02, 1.02), *((step / 100 - 0.02, line(step / 100 - 0.02)) for step in range(166)), (1.64, 1.02)],
            colour,
        )

    def sky(self, hour: tuple[Colour, ...], horizon: float = 0.6) -> None:
        """Sky with a low sun or moon behind what follows."""
        self.gradient(hour[0], hour[1], 0, horizon)
        self.gradient(hour[1], hour[1], horizon, 1)
        x, y = self.rng.uniform(0.3, 1.3), self.rng.uniform(0.18, 0.32)
        self.glow(x, y, 0.42, hour[4], 150)
        self.disc(x, y, 0.055, mix(hour[4], PAPER, 0.25))

    def hills(self, hour: tuple[Colour, ...], count: int, first: float, last: float, height: float = 0.16) -> None:
        """Layers of hills from far to near, with mist between them."""
        for layer in range(count):
            share = layer / max(count - 1, 1)
            base = first + (last - first) * share
            self.hill(self.ridge(base, height * (1 - 0.25 * share)), mix(hour[2], hour[3], share * 0.85))
            if layer < count - 1:
                self.veil(mix(hour[1], hour[2], 0.3), base - 0.06, base + 0.08, 110)

    def thread(self, points: list[Point], width: float = 0.004) -> None:
        """The red thread."""
        self.line(smooth(points), RED, width)

    def tree(self, x: float, y: float, height: float, colour: Colour) -> None:
        """A slender tree of three soft discs."""
        self.box(x - height * 0.025, y - height * 0.5, height * 0.05, height * 0.5, mix(colour, INK, 0.35))
        for rise, wide in ((0.45, 0.2), (0.65, 0.18), (0.85, 0.12)):
            self.disc(x, y - height * rise, height * wide, colour, 1.25)

    def person(self, x: float, y: float, height: float, coat: Colour, skin: Colour = (196, 150, 118)) -> None:
        """A standing figure without a face, feet at y."""
        trousers = mix(coat, INK, 0.55)
        self.box(x - height * 0.09, y - height * 0.45, height * 0.075, height * 0.45, trousers)
        self.box(x + height * 0.015, y - height * 0.45, height * 0.075, height * 0.45, trousers)
        self.box(x - height * 0.13, y - height * 0.82, height * 0.26, height * 0.42, coat, height * 0.09)
        self.disc(x, y - height * 0.91, height * 0.085, skin)
        self.shape(arc(x, y - height * 0.925, height * 0.09, 180, 360), (48, 42, 38))

    def finish(self) -> Image.Image:
        """The picture at its size, with a light grain."""
        done = self.image.resize(self.size, Image.Resampling.BILINEAR, reducing_gap=2.0)
        return Image.blend(done, Image.merge("RGB", (_grain(self.size),) * 3), 0.035)


def arc(x: float, y: float, radius: float, start: float, end: float, flat: float = 1) -> list[Point]:
    """Points along part of an ellipse, in degrees clockwise from the right."""
    steps = 18
    made = []
    for step in range(steps + 1):
        turn = (start + (end - start) * step / steps) * pi / 180
        made.append((x + radius * sin(turn + pi / 2), y + radius * flat * sin(turn)))
    return made


def smooth(points: list[Point], steps: int = 14) -> list[Point]:
    """A curve through the points (Catmull-Rom)."""
    around = [points[0], *points, points[-1]]
    made = []
    for first, start, end, last in zip(around, around[1:], around[2:], around[3:], strict=False):
        for step in range(steps):
            t = step / steps
            made.append(
                tuple(
                    0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t**3)
                    for a, b, c, d in zip(first, start, end, last, strict=True)
                )
            )
    return [*made, points[-1]]


def leaf(x: float, y: float, length: float, turn: float, width: float = 0.3) -> tuple[list[Point], list[Point]]:
    """A tobacco leaf from its stem end, turned by `turn` radians: its outline and its midrib."""
    cosine, sine = sin(turn + pi / 2), sin(turn)

    def place(along: float, across: float) -> Point:
        return x + (along * cosine - across * sine) * length, y + (along * sine + across * cosine) * length

    side = [(step / 24, width * sin(pi * (step / 24) ** 0.82) * (1 + 0.06 * sin(step * 1.9))) for step in range(25)]
    bend = 0.08
    upper = [place(along, across * 0.5 + bend * sin(pi * along)) for along, across in side]
    lower = [place(along, -across * 0.5 + bend * sin(pi * along)) for along, across in reversed(side)]
    return upper + lower, [place(step / 12, bend * sin(pi * step / 12)) for step in range(13)]
