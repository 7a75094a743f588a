"""What the tables of the benchmark share."""

import statistics


def spread(values: list[float], digits: int) -> str:
    """Show the median, and between which values it lies."""
    low, middle, high = min(values), statistics.median(values), max(values)
    return f"{middle:,.{digits}f} ({low:,.{digits}f}-{high:,.{digits}f})"
