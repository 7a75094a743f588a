"""Tuning: Optuna proposes settings, training runs compare them, a permutation test decides."""
