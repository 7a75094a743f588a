"""What agents need to suggest new settings in tuning."""

from typing import Any

DISCOUNTS = 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 1.0  # for tuning


def multiples(trial: Any, key: str, values: list[Any], low: float, high: float) -> list[float]:
    """Propose a multiple of each of the present values, for tuning.

    Args:
        trial: an `optuna.Trial`.
        key: of the setting.
        values: the present ones.
        low: the lowest factor, above 0.
        high: the highest.
    """
    factors = [trial.suggest_float(f"{key}[{i}]", low, high, log=True) for i in range(len(values))]
    return [value * factor for value, factor in zip(values, factors, strict=True)]
