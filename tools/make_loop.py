"""Makes the loop of the README, docs/secant.gif: the secant explorer while h shrinks. ``python -m tools.make_loop``."""

import io

import numpy as np
from PIL import Image

from calc_lab import secant_explorer
from tools import ROOT

SIZE = (840, 480)


def pictures(count: int) -> list[Image.Image]:
    """The pictures of one loop: h falls from 1.5 to 0.003, slowly at both ends."""
    explorer = secant_explorer()
    explorer.controls["show_tangent"].value = True
    drawn = []
    for share in np.linspace(0, 1, count):
        explorer.controls["h"].value = float(f"{1.5 * 0.002 ** (share * share * (3 - 2 * share)):.3g}")
        picture = Image.open(io.BytesIO(explorer.to_png())).convert("RGB")
        drawn.append(picture.resize(SIZE, Image.Resampling.LANCZOS))
    palette = drawn[0].quantize(192, dither=Image.Dither.NONE)  # one for all, or the colours would flicker
    palette.putpalette([255 if level > 249 else level for level in palette.getpalette() or []])  # white stays white
    return [picture.quantize(palette=palette, dither=Image.Dither.NONE) for picture in drawn]


if __name__ == "__main__":
    first, *rest = pictures(36)
    times = [900, *[90] * (len(rest) - 1), 1800]  # it rests for a moment on its first and on its last picture
    first.save(ROOT / "docs" / "secant.gif", save_all=True, append_images=rest, duration=times, loop=0, optimize=True)
