"""Scenes out of doors: hills, terraces, fields, lake, villages, curing barns, roads."""

from math import pi, sin

from home.demo.canvas import CREAM, GOLD, INK, PAPER, RED, WIDTH, Canvas, Colour, leaf, mix, smooth

GREENS = ((96, 134, 72), (78, 120, 70), (122, 148, 78), (66, 104, 66))
ROOFS = ((150, 92, 70), (116, 84, 74), (134, 104, 84))


def house(c: Canvas, x: float, y: float, size: float, wall: Colour, roof: Colour) -> None:
    """A low Yunnan house, its foot at y, with a tiled roof whose ends turn up."""
    c.box(x, y - size * 0.55, size, size * 0.55, wall)
    c.shape(
        [
            (x - size * 0.14, y - size * 0.58), (x - size * 0.06, y - size * 0.56), (x + size * 1.06, y - size * 0.56),
            (x + size * 1.14, y - size * 0.58), (x + size * 0.9, y - size * 0.82), (x + size * 0.1, y - size * 0.82),
        ],
        roof,
    )  # fmt: skip
    c.box(x + size * 0.1, y - size * 0.84, size * 0.8, size * 0.03, mix(roof, INK, 0.3))
    c.box(x + size * 0.42, y - size * 0.36, size * 0.17, size * 0.36, mix(roof, INK, 0.35))
    for window in (0.14, 0.7):
        c.box(x + size * window, y - size * 0.38, size * 0.16, size * 0.16, mix(wall, INK, 0.45))


def plant(c: Canvas, x: float, y: float, height: float, green: Colour) -> None:
    """A tobacco plant: broad leaves in pairs round a stalk."""
    c.line([(x, y), (x, y - height)], mix(green, PAPER, 0.2), height * 0.03)
    for step, (lift, spread) in enumerate(((0.08, 0.62), (0.3, 0.56), (0.52, 0.46), (0.74, 0.32))):
        for side in (1, -1):
            turn = -0.35 - lift * 0.7
            outline, rib = leaf(0, 0, height * spread, turn if side > 0 else turn, 0.36)
            shade = mix(green, INK if step % 2 else PAPER, 0.12 if side > 0 else 0.04)
            c.shape([(x + side * px, y - height * lift + py) for px, py in outline], shade)
            c.line([(x + side * px, y - height * lift + py) for px, py in rib], mix(shade, PAPER, 0.3), height * 0.012)


def hills(c: Canvas) -> None:
    """Layered hills of Yunnan, with a red thread of a road."""
    hour = c.hour("dawn", "morning", "mist", "dusk")
    c.sky(hour, 0.62)
    c.hills(hour, 5, 0.52, 0.98, 0.24)
    start = c.rng.uniform(0.2, 0.5)
    c.thread(
        [(start, 1.0), (start + 0.2, 0.93), (start + 0.08, 0.885), (start + 0.3, 0.84), (start + 0.26, 0.81)], 0.005
    )
    for _ in range(7):
        c.tree(c.rng.uniform(0.95, 1.6), c.rng.uniform(0.93, 1.0), c.rng.uniform(0.09, 0.15), mix(hour[3], INK, 0.25))


def terraces(c: Canvas) -> None:
    """Terraced fields stepping down a slope."""
    hour = c.hour("morning", "dawn", "noon")
    c.sky(hour, 0.5)
    c.hills(hour, 3, 0.42, 0.5, 0.18)
    phase, tilt = c.rng.uniform(0, 6), c.rng.choice((-1, 1)) * c.rng.uniform(0.05, 0.12)
    warm = c.rng.random() < 0.4
    for level in range(13):
        depth = level / 12
        base = 0.5 + 0.52 * depth**1.35

        def edge(x: float, base: float = base, depth: float = depth, level: int = level) -> float:
            swing = sin(x * (3.6 - depth * 1.4) + phase + level * 0.22)
            return base + tilt * (x - 0.8) * (1 - depth * 0.5) + (0.02 + 0.05 * depth) * swing

        green = GREENS[(level * 3 + (1 if warm else 0)) % 4]
        colour = mix(hour[2], mix(green, GOLD, 0.45 if warm and level % 3 == 0 else 0.08), 0.45 + 0.55 * depth)
        c.hill(lambda x, edge=edge, depth=depth: edge(x) - 0.006 - 0.006 * depth, mix(colour, PAPER, 0.42))
        c.hill(edge, colour)
        if level > 5:
            for row in range(1, 3):
                gap = row * (0.012 + 0.012 * depth)
                line = [(step / 40, edge(step / 40) + gap) for step in range(65)]
                c.line(line, mix(colour, INK, 0.12), 0.0015 + 0.002 * depth)
        if level == 7:
            c.thread([(step / 20, edge(step / 20) - 0.008) for step in range(33)], 0.004)
    house(c, c.rng.uniform(0.2, 1.2), 0.545, 0.07, CREAM, ROOFS[0])


def field(c: Canvas) -> None:
    """Rows of tobacco running to the hills."""
    hour = c.hour("morning", "noon", "dawn")
    c.sky(hour, 0.5)
    c.hills(hour, 3, 0.46, 0.54, 0.2)
    soil = mix((164, 112, 84), hour[1], 0.15)
    c.gradient(mix(soil, hour[1], 0.4), soil, 0.535, 1)
    vanish = c.rng.uniform(0.6, 1.0)
    for row in range(-9, 10):
        foot = vanish + row * 0.28
        c.shape([(vanish + row * 0.035, 0.54), (foot - 0.05, 1.03), (foot + 0.05, 1.03)], mix(soil, INK, 0.14))
    green = c.rng.choice(GREENS)
    for depth in range(11):
        share = (depth / 10) ** 1.7
        y, height = 0.555 + share * 0.5, 0.02 + share * 0.24
        for row in range(-9, 10):
            x = vanish + row * (0.037 + share * 0.243)
            if -0.2 < x < 1.8:
                plant(
                    c,
                    x,
                    y,
                    height,
                    mix(hour[2], mix(green, PAPER, c.rng.uniform(0, 0.1)), 0.4 + 0.6 * min(1, share * 2.5)),
                )


def tobacco_leaf(c: Canvas) -> None:
    """A few large leaves on paper, one of them cured, tied by the red thread."""
    c.gradient(PAPER, (240, 231, 214))
    c.disc(c.rng.uniform(0.5, 1.1), 0.5, 0.42, (243, 225, 196))
    base = (c.rng.uniform(0.72, 0.88), 0.93)
    spread = c.rng.uniform(0.36, 0.44)
    ripe = c.rng.randrange(5)
    for index in (0, 4, 1, 3, 2):
        turn = -pi / 2 + (index - 2) * spread + c.rng.uniform(-0.04, 0.04)
        length = 0.84 - 0.1 * abs(index - 2) + c.rng.uniform(-0.03, 0.03)
        colour = mix((196, 140, 58), GOLD, 0.35) if index == ripe else GREENS[index % 4]
        outline, rib = leaf(*base, length, turn, 0.34)
        c.shape([(x + 0.012, y + 0.014) for x, y in outline], (226, 214, 194))
        c.shape(outline, colour)
        c.shape(outline[: len(outline) // 2] + rib[::-1], mix(colour, PAPER, 0.12))
        for step in range(3, 22, 3):
            along = min(12, step // 2 + 1)
            c.line([rib[along - 1], outline[min(step + 2, 24)]], mix(colour, PAPER, 0.28), 0.0022)
            c.line([rib[along - 1], outline[49 - min(step + 2, 24)]], mix(colour, PAPER, 0.28), 0.0022)
        c.line(rib, mix(colour, PAPER, 0.5), 0.006)
    x, y = base
    c.line([(x, y), (x, 1.02)], (120, 110, 66), 0.05)
    for turn in range(3):
        c.thread(
            [(x - 0.036, 0.93 + turn * 0.017), (x, 0.938 + turn * 0.017), (x + 0.036, 0.928 + turn * 0.017)], 0.008
        )
    c.thread([(x + 0.034, 0.945), (x + 0.16, 0.93), (x + 0.3, 0.965), (WIDTH + 0.02, 0.9)], 0.005)


def lake(c: Canvas) -> None:
    """Dianchi with the western hills, reeds and gulls."""
    hour = c.hour("dawn", "morning", "dusk")
    c.sky(hour, 0.55)
    c.hills(hour, 3, 0.5, 0.56, 0.2)
    c.gradient(mix(hour[1], hour[2], 0.25), mix(hour[0], hour[3], 0.35), 0.555, 1)
    middle = c.rng.uniform(0.4, 1.2)
    for _ in range(120):
        depth = c.rng.random() ** 1.6
        y, span = 0.565 + depth * 0.43, 0.02 + depth * 0.12
        x = c.rng.gauss(middle, 0.16) if c.rng.random() < 0.4 else c.rng.uniform(-0.1, 1.7)
        near = abs(x - middle) < 0.25
        c.box(x, y, span, 0.0016 + depth * 0.002, mix(hour[4] if near else hour[1], hour[0], 0.25 + depth * 0.3))
    x, y = c.rng.uniform(0.35, 1.15), c.rng.uniform(0.66, 0.74)
    wood = mix(hour[3], INK, 0.5)
    c.shape([(x, y), (x + 0.05, y + 0.03), (x + 0.17, y + 0.03), (x + 0.23, y - 0.004), (x + 0.12, y + 0.012)], wood)
    c.box(x + 0.11, y - 0.13, 0.005, 0.15, wood)
    c.shape([(x + 0.118, y - 0.13), (x + 0.118, y - 0.005), (x + 0.2, y - 0.02)], mix(RED, hour[1], 0.12))
    for _ in range(c.rng.randint(6, 10)):
        gx, gy, size = c.rng.uniform(0.2, 1.5), c.rng.uniform(0.14, 0.48), c.rng.uniform(0.014, 0.035)
        wing = smooth(
            [
                (gx - size, gy - size * 0.25),
                (gx - size * 0.45, gy - size * 0.5),
                (gx, gy),
                (gx + size * 0.45, gy - size * 0.5),
                (gx + size, gy - size * 0.2),
            ],
            5,
        )
        c.line(wing, mix(PAPER, hour[3], 0.25), size * 0.14)
    side = c.rng.choice((0, 1))
    for _ in range(70):
        x = abs(c.rng.gauss(0, 0.17))
        x = WIDTH - x if side else x
        tall, lean = c.rng.uniform(0.1, 0.3), c.rng.uniform(-0.03, 0.03)
        shade = mix(hour[3], c.rng.choice(((150, 130, 80), (88, 110, 70))), 0.45)
        c.shape([(x, 1.01), (x + 0.007, 1.01), (x + lean, 1 - tall)], shade)


def village(c: Canvas) -> None:
    """A village under hills among fields, a path like a thread leading in."""
    hour = c.hour("morning", "dawn", "mist", "noon")
    c.sky(hour, 0.55)
    c.hills(hour, 3, 0.44, 0.58, 0.26)
    ground = mix(c.rng.choice(GREENS), hour[1], 0.3)
    c.hill(c.ridge(0.66, 0.05, 0.3), ground)
    walls = ((240, 230, 210), (226, 206, 176), (214, 190, 158))
    for row in range(3):
        y, size = 0.655 + row * 0.055, 0.085 + row * 0.025
        xs = [c.rng.uniform(0.3, 0.42) + step * size * 1.45 for step in range(7 - row)]
        for x in xs:
            if c.rng.random() < 0.78 and x < 1.4:
                house(c, x, y + c.rng.uniform(-0.012, 0.012), size, c.rng.choice(walls), c.rng.choice(ROOFS))
            else:
                c.tree(x + size / 2, y, size * 1.5, mix(GREENS[1], INK, 0.15))
    near = mix(ground, GREENS[3], 0.55)
    c.hill(c.ridge(0.86, 0.05, 0.2), near)
    for step in range(9):
        y = 0.87 + step * 0.018
        c.line([(k / 20, y + 0.012 * sin(k / 4 + step * 0.3)) for k in range(33)], mix(near, INK, 0.12), 0.0035)
    bend = c.rng.uniform(-0.1, 0.1)
    c.thread([(0.55 + bend, 1.02), (0.72 + bend, 0.94), (0.64, 0.87), (0.76, 0.81), (0.73, 0.78)], 0.007)
    c.tree(c.rng.choice((0.12, 1.48)), 0.98, 0.42, mix(GREENS[3], INK, 0.2))


def barn(c: Canvas) -> None:
    """A row of curing barns, smoke rising, leaf hung beneath an eave."""
    hour = c.hour("dawn", "dusk", "morning")
    c.sky(hour, 0.55)
    c.hills(hour, 3, 0.46, 0.6, 0.22)
    c.gradient(mix((190, 164, 132), hour[1], 0.3), (168, 136, 106), 0.7, 1)
    count = c.rng.choice((3, 4))
    width, wall = 1.3 / count, mix(c.rng.choice(((206, 150, 116), (222, 198, 164), (192, 138, 108))), hour[1], 0.12)
    for step in range(count):
        x, y = 0.16 + step * width, 0.8
        for puff in range(6):
            grow = 0.013 + puff * 0.008
            smoke = mix(hour[1], PAPER, 0.55 - puff * 0.04)
            c.disc(x + width * 0.74 + puff * 0.02 + 0.008 * sin(puff * 2 + step), 0.33 - puff * 0.038, grow, smoke, 0.8)
        c.box(x + width * 0.7, 0.34, width * 0.1, 0.12, mix(wall, INK, 0.4))
        c.box(x, 0.46, width - 0.02, y - 0.46, wall)
        c.box(x + width * 0.78, 0.46, width * 0.22 - 0.02, y - 0.46, mix(wall, INK, 0.1))
        c.shape([(x - 0.018, 0.475), (x + width * 0.46, 0.385), (x + width, 0.475)], mix(ROOFS[step % 3], INK, 0.15))
        c.box(x + width * 0.26, 0.58, width * 0.36, 0.22, mix(wall, INK, 0.62))
        for hanging in range(7):
            lx = x + width * 0.29 + hanging * width * 0.05
            outline, _ = leaf(lx, 0.59, c.rng.uniform(0.1, 0.14), pi / 2, 0.32)
            c.shape(outline, mix(GOLD, (176, 112, 40), c.rng.random() * 0.6))
        c.thread([(x + width * 0.26, 0.592), (x + width * 0.44, 0.598), (x + width * 0.62, 0.592)], 0.005)
    for step in range(c.rng.randint(2, 3)):
        x = 0.24 + step * 0.42 + c.rng.uniform(-0.05, 0.05)
        c.box(x, 0.86, 0.15, 0.075, (176, 120, 54), 0.02)
        c.box(x + 0.01, 0.835, 0.13, 0.05, (206, 152, 72), 0.02)
        c.line([(x + 0.075, 0.835), (x + 0.075, 0.935)], RED, 0.005)
    c.person(1.28, 0.93, 0.24, (58, 92, 112))
    c.person(1.38, 0.94, 0.235, (150, 110, 70))


def dusk_road(c: Canvas) -> None:
    """A road winding into dusk, one pair of lights on it."""
    hour = c.hour("dusk")
    c.sky(hour, 0.55)
    c.hills(hour, 4, 0.48, 0.72, 0.2)
    c.hill(c.ridge(0.72, 0.03, 0.2), mix(hour[3], INK, 0.2))
    swing = c.rng.choice((-1, 1))
    middle = smooth(
        [
            (0.8 + swing * 0.14, 0.665),
            (0.8 + swing * 0.05, 0.7),
            (0.8 - swing * 0.06, 0.76),
            (0.8 + swing * 0.08, 0.87),
            (0.8 - swing * 0.1, 1.06),
        ]
    )
    half = [0.006 + 0.24 * max(0, (y - 0.665) / 0.4) ** 1.5 for _, y in middle]
    road = mix(hour[3], hour[1], 0.22)
    left = [(x - w, y) for (x, y), w in zip(middle, half, strict=True)]
    right = [(x + w, y) for (x, y), w in zip(middle, half, strict=True)]
    c.shape(left + right[::-1], road)
    for points in (left, right):
        c.line(points, mix(road, hour[1], 0.35), 0.003)
    for step in range(6, len(middle) - 4, 8):
        c.line(middle[step : step + 4], CREAM, 0.002 + half[step] * 0.03)
    for step in range(4, len(middle), 7):
        for points, side in ((left, -1), (right, 1)):
            x, y = points[step]
            height = 0.02 + half[step] * 0.5
            c.box(x + side * 0.01, y - height, 0.002 + half[step] * 0.025, height, mix(hour[3], INK, 0.5))
            c.disc(x + side * 0.01, y - height, 0.003 + half[step] * 0.03, (250, 214, 150))
    x, y = middle[len(middle) * 4 // 7]
    c.glow(x, y, 0.22, (255, 220, 150), 130)
    c.box(x - 0.03, y - 0.045, 0.06, 0.05, mix(INK, hour[3], 0.3), 0.012)
    for side in (-1, 1):
        c.disc(x + side * 0.019, y - 0.006, 0.009, (255, 240, 200))
    c.thread([(x + 0.03 * swing, y - 0.06), (middle[8][0], middle[8][1] + 0.01), (middle[0][0], 0.668)], 0.003)
    for _ in range(5):
        c.tree(
            c.rng.choice((c.rng.uniform(0, 0.3), c.rng.uniform(1.3, 1.6))),
            c.rng.uniform(0.86, 1.0),
            c.rng.uniform(0.22, 0.4),
            mix(hour[3], INK, 0.45),
        )


LAND = {
    "hills": hills, "terraces": terraces, "field": field, "leaf": tobacco_leaf, "lake": lake, "village": village,
    "barn": barn, "dusk_road": dusk_road,
}  # fmt: skip
