"""Makes the loop of the README, docs/secant.gif: the secant explorer while h shrinks. ``python -m tools.make_loop``."""

import io
from pathlib import Path

import numpy as np
from PIL import Image

from calc_lab.secant import secant_explorer

TARGET = Path(__file__).parents[1] / "docs" / "secant.gif"
SIZE = (840, 480)


def frames(count: int = 36) -> list[Image.Image]:
    """The pictures of one loop: h falls from 1.5 to 0.003, slowly at both ends."""
    explorer = secant_explorer(h=1.5)
    explorer.controls["show_tangent"].value = True
    pictures = []
    for share in np.linspace(0, 1, count):
        explorer.controls["h"].value = float(f"{1.5 * 0.002 ** (share * share * (3 - 2 * share)):.3g}")
        picture = Image.open(io.BytesIO(explorer.to_png())).convert("RGB")
        pictures.append(picture.resize(SIZE, Image.Resampling.LANCZOS))
    return pictures


def write(path: Path) -> None:
    """Write the loop, which rests for a moment on its first and on its last picture."""
    pictures = frames()
    palette = pictures[0].quantize(192, dither=Image.Dither.NONE)  # one for all, or the colours would flicker
    palette.putpalette([255 if level > 249 else level for level in palette.getpalette() or []])  # white stays white
    first, *rest = (picture.quantize(palette=palette, dither=Image.Dither.NONE) for picture in pictures)
    times = [900, *[90] * (len(pictures) - 2), 1800]
    first.save(path, save_all=True, append_images=rest, duration=times, loop=0, optimize=True)


if __name__ == "__main__":
    write(TARGET)
