"""What an array from a file must look like before anyone computes with it."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def require(name: str, array: NDArray[Any], dtype: type[np.generic], rank: int) -> None:
    """Raise ValueError unless an array has this type and rank, an element, and no NaN or infinity.

    Args:
        name: of the array, for the message.
        array: as it was read.
        dtype: the NumPy type of its elements, exactly.
        rank: the number of its dimensions.
    """
    if array.dtype != dtype or array.ndim != rank or array.size == 0:
        held = f"{array.dtype} of shape {array.shape}"
        raise ValueError(f"{name} as {held}, not {np.dtype(dtype)} of rank {rank}")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} with values that are not finite")
