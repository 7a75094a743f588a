"""Writing a GIF of which only what changes is stored: imageio compares whole pictures, and slowly.

The format: CompuServe, "Graphics Interchange Format", version 89a, 1990.
"""

from collections.abc import Sequence

import imageio.v3 as iio
from PIL import Image
from PIL.GifImagePlugin import getdata

from stages.pictures.animations.sheet import Part

END = b";"


def encode(parts: Sequence[Part], durations: Sequence[int], colours: bytes) -> bytes:
    """Write pictures, one after another, that repeat for ever.

    Args:
        parts: what is drawn over what was there, the first one all over; what is behind the last
            colour's number leaves what is there.
        durations: of each, in ms.
        colours: red, green, blue, red, ...; fewer than 256.
    """
    first, *others = parts
    gif: bytes = iio.imwrite(
        "<bytes>",
        first.numbers,
        plugin="pillow",
        extension=".gif",
        mode="P",
        palette=colours + bytes(3),  # and one for what stays
        duration=durations[0],
        loop=0,
    )
    written = [gif.removesuffix(END)]
    for part, lasting in zip(others, durations[1:], strict=True):
        picture = Image.fromarray(part.numbers, mode="P")
        written += getdata(
            picture,
            (part.left, part.top),
            duration=lasting,
            transparency=len(colours) // 3,
        )
    return b"".join([*written, END])
