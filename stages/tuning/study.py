"""The search: Optuna proposes settings, the unpromising are cut short, a file keeps all of it.

Proposals come from a tree-structured Parzen estimator (Bergstra et al., "Algorithms for
hyper-parameter optimization", NeurIPS 2011), so many at once, however many processors there are:
what is found depends on params.yaml alone. Trials are cut short by successive halving (Li et al.,
"A system for massively parallel hyperparameter tuning", MLSys 2020): after 2, 4 and 8 runs it is
the better half that goes on, of all that came so far.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import optuna
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend, JournalFileOpenLock
from optuna.trial import FrozenTrial, TrialState

from stages.common.script import InputError
from stages.rl.interface.options import OneOf, Ratios
from stages.tuning.space import Axis, Fits, at
from stages.tuning.trials import Runs, mean_cost, root

RUNGS = 2, 4, 8, 16  # runs after which a trial is looked at; the last is the end of it
AT_ONCE = 5  # trials
DONE = TrialState.COMPLETE, TrialState.PRUNED

optuna.logging.set_verbosity(optuna.logging.ERROR)


class Search:
    """A search in a space of settings, as far as it has come."""

    def __init__(
        self, axes: Sequence[Axis], settings: Any, fits: Fits, runs: Runs, storage: Path
    ) -> None:
        """Begin, or take up what the file holds of this very search.

        Args:
            axes: of the space.
            settings: as they are, tried first.
            fits: says which others can be tried.
            runs: where they are.
            storage: the file, which may hold other searches as well.

        Raises:
            InputError: it is no such file.
        """
        self.axes, self.settings, self.fits, self.runs = axes, settings, fits, runs
        self.distributions = {axis.name: distribution(axis) for axis in axes}
        agent, *others = runs.trainer
        told = json.dumps(
            [agent.name, *others, dict(settings), list(axes), RUNGS, AT_ONCE, fits.runs]
        )
        name = hashlib.sha256(told.encode()).hexdigest()
        self.study = optuna.create_study(
            storage=opened(storage), study_name=name, load_if_exists=True
        )
        for trial in self.study.get_trials(deepcopy=False, states=[TrialState.RUNNING]):
            self.study.tell(trial.number, state=TrialState.FAIL)  # it was interrupted

    @property
    def done(self) -> list[FrozenTrial]:
        """List the trials that came to their end, the present settings first."""
        return self.study.get_trials(deepcopy=False, states=DONE)

    @property
    def cut(self) -> int:
        """Count the trials that were cut short."""
        return len(self.study.get_trials(deepcopy=False, states=[TrialState.PRUNED]))

    def settings_of(self, trial: FrozenTrial | optuna.Trial) -> Any:
        """Return what a trial tries."""
        if "present" in trial.user_attrs:
            return self.settings
        return at(self.axes, self.settings, [trial.params[axis.name] for axis in self.axes])

    def go_on(self, trials: int) -> Iterator[int]:
        """Try until there are so many trials; yield how many there are after each few."""
        while len(self.done) < trials:
            self.batch(min(AT_ONCE, trials - len(self.done)))
            yield len(self.done)

    def batch(self, size: int) -> None:
        """Try some settings side by side."""
        if not self.done:
            present = {axis.name: axis.nearest() for axis in self.axes}
            self.study.enqueue_trial(present, {"present": True})
        sequence = np.random.SeedSequence(root(self.runs.trainer.seed, len(self.done)))
        (seed,) = sequence.generate_state(1)
        self.study.sampler = optuna.samplers.TPESampler(seed=int(seed))
        asked = [self.study.ask(self.distributions) for _ in range(size)]
        tried = [self.settings_of(trial) for trial in asked]
        for trial, costs in zip(asked, self.costs(tried), strict=True):
            for rung, of in costs.items():
                trial.report(of, rung)
            if RUNGS[-1] in costs:
                self.study.tell(trial, costs[RUNGS[-1]])
            else:
                self.study.tell(trial, state=TrialState.PRUNED)

    def costs(self, tried: Sequence[Any]) -> list[dict[int, float]]:
        """Return what each of some settings costs in the mean, after as many runs as it comes to.

        Those that could not stand in params.yaml come to none, the present ones to all.
        """
        costs: list[dict[int, float]] = [{} for _ in tried]
        left = [place for place, settings in enumerate(tried) if self.fits(settings)]
        for rung in RUNGS:
            outcomes = self.runs.outcomes([tried[place] for place in left], range(rung))
            for place, of in zip(left, outcomes, strict=True):
                costs[place][rung] = mean_cost(of)
            earlier = [trial.intermediate_values for trial in self.done]
            field = sorted(of[rung] for of in [*earlier, *costs] if rung in of)
            left = [
                place
                for place in left
                if costs[place][rung] <= field[(len(field) - 1) // 2]
                or tried[place] == self.settings
            ]
        return costs

    def best(self, count: int) -> list[tuple[int, Any]]:
        """Return the best few settings beside the present ones, the best first, and their trials.

        The trials are numbered from 1; that of the present settings is 0.
        """
        finished = [
            (trial.value, number, self.settings_of(trial))
            for number, trial in enumerate(self.done)
            if trial.state == TrialState.COMPLETE
        ]
        found: list[tuple[int, Any]] = []
        for _, number, settings in sorted(finished, key=lambda one: one[:2]):
            known = [self.settings, *(one for _, one in found)]
            if settings not in known and len(found) < count:
                found.append((number, settings))
        return found


def opened(storage: Path) -> JournalStorage:
    """Open a file of trials, or begin one.

    Raises:
        InputError: it is no such file.
    """
    storage.parent.mkdir(parents=True, exist_ok=True)
    try:
        if storage.exists() and storage.stat().st_size:
            with storage.open(encoding="utf-8") as file:
                json.loads(file.readline())["op_code"]
        return JournalStorage(JournalFileBackend(str(storage), JournalFileOpenLock(str(storage))))
    except (ValueError, KeyError, TypeError):
        raise InputError(f"{storage}: holds no trials; give another --storage") from None


def distribution(axis: Axis) -> BaseDistribution:
    """Return what Optuna draws a coordinate from."""
    if isinstance(axis.where, OneOf):
        return CategoricalDistribution(axis.where.values)
    low, high, log = axis.where.low, axis.where.high, isinstance(axis.where, Ratios)
    if isinstance(axis.present, int) and not axis.where.relative:
        return IntDistribution(int(low), int(high), log=log)
    return FloatDistribution(low, high, log=log)
