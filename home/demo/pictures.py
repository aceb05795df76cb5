"""Illustrations for the demo bureau, drawn with Pillow alone: `picture(kind, seed)`.

A paper ground, layered shapes in few colours, a red thread somewhere, a little grain; no text, no faces. The same kind
and seed always give the same picture. Scenes are in `scenes_land.py` and `scenes_work.py`, means in `canvas.py`.
"""

from PIL import Image

from home.demo.canvas import Canvas
from home.demo.scenes_land import LAND
from home.demo.scenes_work import WORK

SCENES = {**LAND, **WORK}
KINDS = tuple(SCENES)


def picture(kind: str, seed: int, size: tuple[int, int] = (1600, 1000)) -> Image.Image:
    """The illustration of this kind (one of `KINDS`) as an RGB image of this size."""
    canvas = Canvas(f"{kind}:{seed}", size)
    SCENES[kind](canvas)
    return canvas.finish()
