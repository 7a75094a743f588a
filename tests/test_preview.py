"""The picture that stands for the page where somebody links to it."""

import io

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from stages.pictures.page.preview import preview


def still(width: int, height: int) -> bytes:
    """Make the last frame of a film: red all over."""
    file = io.BytesIO()
    Image.new("RGB", (width, height), (200, 0, 0)).convert("P").save(file, "GIF")
    return file.getvalue()


def pixels(content: bytes) -> NDArray[np.uint8]:
    with Image.open(io.BytesIO(content), formats=["PNG"]) as picture:
        return np.asarray(picture.convert("RGB"))


@pytest.mark.parametrize(("width", "height"), [(1056, 528), (1584, 528), (528, 264), (3000, 200)])
@pytest.mark.parametrize("sentences", [1, 9])
def test_all_of_the_film_is_below_the_words(width: int, height: int, sentences: int) -> None:
    drawn = pixels(
        preview("A title", ["Somebody solves it. " * 4] * sentences, still(width, height))
    )
    assert drawn.shape == (630, 1200, 3)
    red = (drawn[:, :, 0] > 150) & (drawn[:, :, 1] < 50)
    ink = drawn.max(axis=2) < 128
    rows, columns = (np.flatnonzero(red.any(axis=axis)) for axis in (1, 0))
    assert red.sum() == len(rows) * len(columns)  # whole, and nothing upon it
    assert len(columns) / len(rows) == pytest.approx(width / height, rel=0.02)
    assert np.flatnonzero(ink.any(axis=1)).max() < rows.min()
    assert columns.min() >= 60
    assert columns.max() < 1140


def test_other_words_make_another_picture() -> None:
    one, other = (preview("A title", [told], still(528, 264)) for told in ("It is.", "It is not."))
    assert one != other
    assert one == preview("A title", ["It is."], still(528, 264))
