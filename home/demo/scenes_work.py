"""Scenes of work: meeting room, market street, warehouse, city, hands shaken over a joint agreement, flag, study."""

from math import pi, sin

from home.demo.canvas import CREAM, GOLD, INK, PAPER, RED, Canvas, Colour, arc, leaf, mix, smooth

COATS = ((58, 92, 112), (86, 98, 86), (74, 78, 98), (122, 96, 76), (60, 104, 88), (142, 118, 88))
SKINS = ((196, 150, 118), (208, 164, 132), (184, 138, 108))


def seated(c: Canvas, x: float, y: float, size: float, coat: Colour) -> None:
    """Head and shoulders seen from behind, shoulders cut at y."""
    c.shape([*arc(x, y, size * 0.5, 180, 360, 0.9)], coat)
    c.box(x - size * 0.08, y - size * 0.58, size * 0.16, size * 0.2, c.rng.choice(SKINS))
    c.disc(x, y - size * 0.72, size * 0.22, (46, 40, 36), 1.12)


def meeting(c: Canvas) -> None:
    """A meeting room: people from behind round a table, a window on the hills, a red folder."""
    wall = c.rng.choice(((240, 231, 216), (232, 230, 220), (238, 226, 206)))
    c.gradient(wall, mix(wall, INK, 0.06))
    hour = c.hour("morning", "dawn")
    x, width = c.rng.choice((0.16, 0.3, 0.42)), 0.86
    c.box(x - 0.015, 0.085, width + 0.03, 0.43, (206, 190, 168))
    for pane in range(3):
        left = x + pane * (width / 3) + 0.006
        c.box(left, 0.1, width / 3 - 0.012, 0.4, mix(hour[0], hour[1], 0.5))
    for layer in range(3):
        line = c.ridge(0.36 + layer * 0.06, 0.13)
        points = [(x + 0.006 + k / 60 * (width - 0.012), max(0.1, line(x + k / 60 * width))) for k in range(61)]
        c.shape([(x + 0.006, 0.5), *points, (x + width - 0.006, 0.5)], mix(hour[2], hour[3], layer * 0.32))
    for pane in (1, 2):
        c.box(x + pane * width / 3 - 0.006, 0.09, 0.012, 0.42, (222, 208, 188))
    c.box(-0.1, 0.56, 1.8, 0.02, mix(wall, INK, 0.1))
    for seat in range(5):
        px = 0.3 + seat * 0.25
        c.shape(arc(px, 0.72, 0.085, 180, 360, 1.1), COATS[(seat + c.rng.randrange(2)) % 6])
        c.box(px - 0.014, 0.6, 0.028, 0.04, SKINS[seat % 3])
        c.disc(px, 0.575, 0.036, SKINS[seat % 3], 1.15)
        c.shape(arc(px, 0.568, 0.039, 180, 360, 1.05), (48, 42, 38))
    wood = c.rng.choice(((176, 134, 98), (160, 122, 94), (190, 152, 114)))
    c.shape([(0.16, 0.71), (1.44, 0.71), (1.72, 0.93), (-0.12, 0.93)], wood)
    c.shape([(-0.12, 0.93), (1.72, 0.93), (1.72, 1.01), (-0.12, 1.01)], mix(wood, INK, 0.22))
    for place in range(5):
        px = 0.26 + place * 0.27 + c.rng.uniform(-0.02, 0.02)
        colour = RED if place == 2 else PAPER
        c.shape([(px, 0.745), (px + 0.1, 0.745), (px + 0.115, 0.8), (px - 0.005, 0.8)], colour)
        c.disc(px + 0.15, 0.775, 0.019, (230, 236, 232), 0.6)
        c.disc(px + 0.15, 0.768, 0.016, (150, 128, 84), 0.5)
    for seat in range(4):
        seated(c, 0.2 + seat * 0.4 + c.rng.uniform(-0.02, 0.02), 1.04, 0.3, mix(COATS[(seat * 2 + 1) % 6], INK, 0.18))


def market(c: Canvas) -> None:
    """A market street of small shops with awnings, people going by."""
    hour = c.hour("morning", "noon", "dawn")
    c.gradient(hour[0], hour[1], 0, 0.7)
    c.hill(c.ridge(0.36, 0.14), mix(hour[2], hour[1], 0.35))
    c.gradient((222, 210, 190), (196, 180, 156), 0.76, 1)
    walls = ((238, 226, 204), (224, 204, 176), (206, 196, 178), (230, 214, 196), (214, 186, 160))
    awnings = ((172, 70, 54), (70, 104, 112), (196, 150, 78), (92, 120, 86), (126, 92, 96))
    x, shop = -0.06, 0
    offset = c.rng.randrange(5)
    while x < 1.6:
        width = c.rng.uniform(0.26, 0.36)
        top = c.rng.uniform(0.2, 0.32)
        wall, awning = walls[(shop + offset) % 5], awnings[(shop * 2 + offset) % 5]
        c.box(x, top, width, 0.78 - top, wall)
        c.box(x + width - 0.03, top, 0.03, 0.78 - top, mix(wall, INK, 0.08))
        c.shape(
            [
                (x - 0.02, top + 0.012),
                (x + width + 0.02, top + 0.012),
                (x + width - 0.01, top - 0.045),
                (x + 0.01, top - 0.045),
            ],
            (124, 94, 82),
        )
        for window in range(2):
            wx = x + width * (0.16 + window * 0.42)
            c.box(wx, top + 0.07, width * 0.24, 0.1, mix(wall, INK, 0.5))
            c.box(wx + width * 0.115, top + 0.07, width * 0.012, 0.1, wall)
        c.box(x + width * 0.06, 0.53, width * 0.86, 0.25, mix(wall, INK, 0.66))
        c.box(x + width * 0.1, 0.6, width * 0.78, 0.05, (226, 178, 112))
        for jar in range(6):
            jx = x + width * (0.12 + jar * 0.127)
            c.box(jx, 0.6 - 0.026, width * 0.09, 0.05, awnings[(jar + shop) % 5], 0.004)
        c.box(x + width * 0.06, 0.69, width * 0.86, 0.09, mix(wall, (140, 100, 70), 0.55))
        stripes = 8
        for stripe in range(stripes):
            sx, sw = x + width * stripe / stripes, width / stripes
            colour = awning if stripe % 2 == 0 else CREAM
            c.shape([(sx + 0.006, 0.47), (sx + sw + 0.006, 0.47), (sx + sw, 0.535), (sx, 0.535)], colour)
            c.disc(sx + sw / 2, 0.535, sw / 2, colour, 0.7)
        x, shop = x + width + 0.006, shop + 1
    c.box(-0.1, 0.78, 1.8, 0.012, (176, 160, 138))
    for number in range(c.rng.randint(3, 5)):
        px = 0.16 + number * 0.31 + c.rng.uniform(-0.06, 0.06)
        y = 0.9 + c.rng.uniform(-0.03, 0.05)
        c.disc(px, y, 0.06, (182, 166, 142), 0.16)
        c.person(px, y, 0.27, COATS[number % 6], c.rng.choice(SKINS))
        if number % 3 == 0:
            c.box(px + 0.03, y - 0.14, 0.045, 0.055, RED, 0.006)
    cord = smooth([(-0.02, 0.13), (0.4, 0.2), (0.8, 0.14), (1.2, 0.2), (1.62, 0.12)])
    c.line(cord, RED, 0.003)
    for lx, ly in cord[4::7]:
        c.disc(lx, ly + 0.018, 0.017, mix(RED, GOLD, 0.25), 0.9)


def logistics(c: Canvas) -> None:
    """A warehouse: racks in perspective, parcels on a belt, a van at the gate."""
    light = c.rng.choice(((232, 226, 214), (222, 226, 222), (236, 224, 204)))
    c.gradient(mix(light, INK, 0.12), light, 0, 0.62)
    c.gradient((206, 196, 180), (180, 168, 150), 0.62, 1)
    for beam in range(6):
        c.line([(0.8 + (beam - 2.5) * 0.06, 0.22), (0.8 + (beam - 2.5) * 0.62, -0.02)], mix(light, INK, 0.22), 0.005)
    c.box(0.58, 0.3, 0.44, 0.34, (250, 240, 216))
    hour = c.hour("morning", "dawn")
    line = c.ridge(0.56, 0.14)
    c.shape(
        [(0.58, 0.64), *((0.58 + k * 0.022, line(0.58 + k * 0.022)) for k in range(21)), (1.02, 0.64)],
        mix(hour[2], hour[3], 0.35),
    )
    c.box(0.68, 0.44, 0.22, 0.18, (238, 240, 236), 0.012)
    c.box(0.695, 0.46, 0.19, 0.06, (92, 116, 126), 0.008)
    c.box(0.68, 0.545, 0.22, 0.012, RED)
    for lamp in (0.71, 0.87):
        c.disc(lamp, 0.59, 0.011, (252, 226, 160))
    c.box(0.7, 0.62, 0.035, 0.02, INK)
    c.box(0.845, 0.62, 0.035, 0.02, INK)
    tints = ((206, 164, 114), (190, 146, 98), (220, 184, 136), (176, 132, 90), (214, 172, 124))
    steel = (78, 96, 104)
    for side in (0, 1):
        for depth in range(4):
            near, far = 1 - depth * 0.24, 1 - (depth + 1) * 0.24

            def spot(share: float, level: float, side: int = side) -> tuple[float, float]:
                x = 0.5 - share * 0.56
                y = 0.64 + share * 0.3 - level * (0.3 + share * 0.86)
                return (1.6 - x if side else x), y

            for level in range(3):
                low, high = level * 0.3 + 0.02, level * 0.3 + 0.24
                for part in range(2):
                    a = near + (far - near) * (part * 0.5 + 0.04)
                    b = near + (far - near) * (part * 0.5 + 0.46)
                    if c.rng.random() < 0.9:
                        colour = c.rng.choice(tints)
                        top = high - c.rng.choice((0, 0, 0.06))
                        c.shape(
                            [spot(a, low), spot(b, low), spot(b, top), spot(a, top)],
                            mix(light, colour, 0.55 + near * 0.45),
                        )
                        c.shape(
                            [
                                spot(a, (low + top) / 2),
                                spot(b, (low + top) / 2),
                                spot(b, (low + top) / 2 + 0.014),
                                spot(a, (low + top) / 2 + 0.014),
                            ],
                            mix(colour, PAPER, 0.4),
                        )
                c.line([spot(near, level * 0.3), spot(far, level * 0.3)], (196, 120, 64), 0.004 + near * 0.006)
            c.line([spot(near, 0), spot(near, 0.92)], steel, 0.004 + near * 0.008)
    c.shape([(0.72, 0.68), (0.88, 0.68), (1.12, 1.02), (0.48, 1.02)], (84, 92, 94))
    for edge in ((0.72, 0.48), (0.88, 1.12)):
        c.line([(edge[0], 0.68), (edge[1], 1.02)], (150, 154, 150), 0.008)
    for parcel in range(3):
        share = (0.08, 0.36, 0.78)[parcel]
        size, y = 0.06 + share * 0.16, 0.7 + share * 0.3
        x = 0.8 - size / 2 + c.rng.uniform(-0.02, 0.02)
        colour = c.rng.choice(tints)
        c.box(x, y - size * 0.6, size, size * 0.7, colour)
        c.shape(
            [
                (x, y - size * 0.6),
                (x + size, y - size * 0.6),
                (x + size * 0.9, y - size * 0.78),
                (x + size * 0.1, y - size * 0.78),
            ],
            mix(colour, PAPER, 0.3),
        )
        c.box(x + size * 0.44, y - size * 0.6, size * 0.12, size * 0.7, RED if parcel == 1 else mix(colour, INK, 0.15))
    c.person(0.4, 0.95, 0.36, COATS[c.rng.randrange(6)])


def city(c: Canvas) -> None:
    """Kunming from a roof: blocks in haze, trees along an avenue, the grid drawn as a thread over it."""
    hour = c.hour("dawn", "morning", "mist", "dusk")
    c.sky(hour, 0.66)
    c.hill(c.ridge(0.5, 0.2), mix(hour[2], hour[1], 0.3))
    for layer in range(4):
        share = layer / 3
        x = -0.05
        while x < 1.62:
            width = c.rng.uniform(0.05, 0.12) * (0.8 + share * 0.6)
            top = 0.62 + share * 0.13 - c.rng.uniform(0.04, 0.3) * (1 - share * 0.45)
            colour = mix(mix(hour[2], hour[1], 0.3), mix(hour[3], CREAM, c.rng.uniform(0.05, 0.5)), 0.25 + share * 0.55)
            c.box(x, top, width, 1 - top, colour)
            c.box(x + width * 0.74, top, width * 0.26, 1 - top, mix(colour, INK, 0.1))
            if layer > 0:
                for floor in range(int((0.95 - top) / 0.035)):
                    for column in range(3):
                        if c.rng.random() < 0.55:
                            light = mix(colour, (255, 226, 170), 0.55 if c.rng.random() < 0.35 else 0.2)
                            c.box(
                                x + width * (0.1 + column * 0.21),
                                top + 0.02 + floor * 0.035,
                                width * 0.11,
                                0.014,
                                light,
                            )
            x += width + c.rng.uniform(0.002, 0.03)
        c.veil(hour[1], 0.5 + share * 0.14, 0.72 + share * 0.16, 90)
    c.hill(c.ridge(0.93, 0.03, 2), mix(hour[3], (70, 108, 70), 0.5))
    for _ in range(26):
        c.tree(
            c.rng.uniform(0, 1.6),
            c.rng.uniform(0.96, 1.03),
            c.rng.uniform(0.07, 0.13),
            mix(hour[3], (70, 108, 70), c.rng.uniform(0.3, 0.7)),
        )
    points = [(c.rng.uniform(0.1, 0.3) + step * 0.28, c.rng.uniform(0.4, 0.62)) for step in range(5)]
    c.line(points, RED, 0.004)
    for x, y in points:
        c.disc(x, y, 0.014, PAPER)
        c.disc(x, y, 0.009, RED)


def joint(c: Canvas) -> None:
    """Two groups meeting on a bridge of red thread over layered hills: working together."""
    hour = c.hour("dawn", "morning", "mist")
    c.sky(hour, 0.6)
    c.hills(hour, 4, 0.56, 0.96, 0.2)
    for side in (0, 1):
        edge = [(-0.02, 0.68), (0.24, 0.7), (0.36, 0.735), (0.42, 0.8), (0.4, 0.9), (0.34, 1.02), (-0.02, 1.02)]
        bank = mix(hour[3], ((92, 122, 80), (128, 116, 84))[side], 0.6)
        c.shape([(1.6 - x if side else x, y) for x, y in edge], bank)
    deck = [(0.36 + k * 0.022, 0.735 - 0.075 * sin(pi * k / 40)) for k in range(41)]
    for step in range(2, 40, 3):
        x, y = deck[step]
        c.line([(x, y), (x, y + 0.02 + 0.1 * ((step - 20) / 20) ** 2)], mix(RED, hour[1], 0.25), 0.003)
    c.line(
        [(x, y + 0.025 + 0.1 * ((k - 20) / 20) ** 2) for k, (x, y) in enumerate(deck)], mix(RED, hour[1], 0.2), 0.005
    )
    c.line(deck, RED, 0.011)
    for x in (0.69, 0.9):
        coat = COATS[c.rng.randrange(6)]
        y = 0.66
        c.person(x, y, 0.2, coat)
        reach = 0.8 - x
        c.line(
            [(x + (0.02 if reach > 0 else -0.02), y - 0.135), (x + reach * 0.96, y - 0.105)],
            mix(coat, INK, 0.12),
            0.016,
        )
    c.disc(0.795, 0.555, 0.012, SKINS[0])
    for number in range(3):
        c.person(0.12 + number * 0.1, 0.705 + number * 0.008, 0.21, COATS[(number + 2) % 6], SKINS[number % 3])
        c.person(1.48 - number * 0.1, 0.705 + number * 0.008, 0.21, COATS[(number + 4) % 6], SKINS[(number + 1) % 3])


def flag(c: Canvas) -> None:
    """A red banner over hills at sunrise: commitment, with no emblem on it."""
    hour = c.hour("dawn", "morning")
    c.sky(hour, 0.66)
    c.hills(hour, 4, 0.66, 0.98, 0.18)
    x = c.rng.uniform(0.3, 0.5)
    phase = c.rng.uniform(0, 6)
    upper = [(x + k * 0.02, 0.17 + 0.028 * sin(k * 0.24 + phase) * min(1, k / 6)) for k in range(36)]
    lower = [(px, py + 0.31) for px, py in upper]
    c.shape(upper + lower[::-1], RED)
    for k in range(2, 34):
        slope = sin(k * 0.24 + phase + pi / 2)
        shade = mix(RED, (226, 96, 70) if slope > 0 else (96, 14, 14), abs(slope) * 0.24)
        c.shape([upper[k], upper[k + 1], lower[k + 1], lower[k]], shade)
    c.box(x - 0.012, 0.13, 0.012, 0.72, (120, 104, 84))
    c.disc(x - 0.006, 0.125, 0.014, GOLD)
    ground = mix(hour[3], INK, 0.2)
    c.hill(c.ridge(0.9, 0.05, 0.3), ground)
    for number in range(6):
        c.person(
            0.72 + number * 0.13,
            0.945 + 0.006 * (number % 2),
            0.2,
            COATS[(number + c.rng.randrange(3)) % 6],
            SKINS[number % 3],
        )


def study(c: Canvas) -> None:
    """A desk by lamplight: open book, cup, a leaf for a bookmark, the red ribbon."""
    wall = c.rng.choice(((226, 216, 198), (206, 212, 206), (220, 206, 190)))
    c.gradient(wall, mix(wall, (240, 214, 170), 0.4), 0, 0.66)
    c.glow(1.18, 0.3, 0.75, (255, 236, 190), 200)
    wood = c.rng.choice(((168, 122, 86), (150, 112, 84), (184, 142, 102)))
    c.gradient(mix(wood, PAPER, 0.12), mix(wood, INK, 0.1), 0.64, 1)
    shelf_y = 0.36
    x = 0.1
    while x < 0.66:
        width, height = c.rng.uniform(0.024, 0.05), c.rng.uniform(0.13, 0.2)
        colour = c.rng.choice(((168, 70, 56), *COATS, (206, 180, 132)))
        c.box(x, shelf_y - height, width, height, colour)
        c.box(x, shelf_y - height * 0.82, width, 0.012, mix(colour, PAPER, 0.5))
        x += width + 0.004
    c.box(0.06, shelf_y, 0.68, 0.02, mix(wood, INK, 0.15))
    c.box(1.172, 0.33, 0.016, 0.4, (88, 84, 76))
    c.disc(1.18, 0.735, 0.09, (88, 84, 76), 0.22)
    c.shape([(1.1, 0.2), (1.26, 0.2), (1.33, 0.345), (1.03, 0.345)], (70, 106, 92))
    c.shape([(1.03, 0.345), (1.33, 0.345), (1.325, 0.358), (1.035, 0.358)], (255, 240, 200))
    middle, y = c.rng.uniform(0.62, 0.72), 0.8
    c.shape(
        [(middle - 0.36, y + 0.12), (middle + 0.36, y + 0.12), (middle + 0.31, y - 0.11), (middle - 0.31, y - 0.11)],
        mix(RED, INK, 0.15),
    )
    for side in (-1, 1):
        top = [(middle + side * k * 0.03, y - 0.12 - 0.022 * sin(pi * min(1, k / 6))) for k in range(11)]
        foot = [(middle + side * k * 0.0345, y + 0.1 - 0.022 * sin(pi * min(1, k / 6))) for k in range(11)]
        page = mix(PAPER, (236, 222, 196), 0 if side > 0 else 0.35)
        c.shape(top + foot[::-1], page)
        for line in range(7):
            share = 0.16 + line * 0.105
            start, end = 1, 9 if line % 3 else 7
            c.line(
                [
                    (a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share)
                    for a, b in zip(top[start:end], foot[start:end], strict=True)
                ],
                (206, 194, 174),
                0.005,
            )
    c.line([(middle, y - 0.12), (middle, y + 0.1)], (206, 188, 160), 0.005)
    c.thread(
        [(middle + 0.005, y - 0.13), (middle + 0.03, y), (middle + 0.01, y + 0.09), (middle + 0.05, y + 0.17)], 0.009
    )
    outline, rib = leaf(middle + 0.3, y + 0.13, 0.3, c.rng.uniform(-0.5, -0.2), 0.34)
    c.shape(outline, (112, 138, 74))
    c.line(rib, (176, 190, 130), 0.005)
    c.disc(0.2, 0.86, 0.085, mix(wood, INK, 0.2), 0.35)
    c.box(0.13, 0.73, 0.14, 0.12, (236, 238, 232), 0.03)
    c.disc(0.2, 0.735, 0.07, (222, 226, 220), 0.28)
    c.disc(0.2, 0.738, 0.058, (154, 128, 78), 0.24)


WORK = {
    "meeting": meeting, "market": market, "logistics": logistics, "city": city, "joint": joint, "flag": flag,
    "study": study,
}  # fmt: skip
