"""The picture that stands for the page where somebody has linked to it."""

import io
from textwrap import wrap

from PIL import Image, ImageDraw, ImageFont

from stages.pictures.looks import INK

SIZE = 1200, 630  # pixels, as those who show such pictures have them
MARGIN = 60
TITLE, TEXT = 50, 30  # heights of letters
LETTERS, LINES = 78, 5  # that fit


def preview(title: str, sentences: list[str], still: bytes) -> bytes:
    """Draw what was found above the last picture of a film.

    Args:
        title: one line.
        sentences: as many as there is room for.
        still: a GIF of one frame.

    Returns:
        A PNG picture of 1200 by 630 pixels.
    """
    picture = Image.new("RGB", SIZE, "white")
    draw = ImageDraw.Draw(picture)
    draw.text((MARGIN, MARGIN), title, INK, ImageFont.load_default(TITLE), anchor="lt")
    lines = [line for sentence in sentences for line in wrap(sentence, LETTERS)][:LINES]
    y = MARGIN + TITLE + TEXT
    for line in lines:
        draw.text((MARGIN, y), line, INK, ImageFont.load_default(TEXT), anchor="lt")
        y += round(1.4 * TEXT)
    with Image.open(io.BytesIO(still)) as frame:
        shown = frame.convert("RGB")
    by = 1
    while shown.width > by * (SIZE[0] - 2 * MARGIN) or shown.height > by * (SIZE[1] - y - TEXT):
        by += 1
    shown = shown.reduce(by)  # whole numbers: the same everywhere
    picture.paste(shown, ((SIZE[0] - shown.width) // 2, SIZE[1] - TEXT - shown.height))
    file = io.BytesIO()
    picture.save(file, "PNG", compress_level=6, compress_type=3)
    return file.getvalue()
