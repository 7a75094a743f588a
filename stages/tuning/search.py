"""The search: Optuna proposes settings by its TPE sampler and prunes by successive halving.

Bergstra et al., "Algorithms for hyper-parameter optimization", NeurIPS 2011; Li et al., "A system
for massively parallel hyperparameter tuning", MLSys 2020. Trials run one after the other, the runs
of a trial in the pool: so what is found depends on params.yaml and the arguments alone.
"""

from functools import partial
from typing import Any

import optuna
from tqdm import tqdm

from stages.common.script import InputError
from stages.rl.interface.settings import length_faults
from stages.rl.training.pool import Pool
from stages.tuning.runs import SEARCH, Outcome, Trainer, mean_cost

Values = dict[str, Any]  # new values of settings, by key

optuna.logging.set_verbosity(optuna.logging.ERROR)


class Search:
    """A search for better settings of an agent.

    Args:
        trainer: trains in one run.
        pool: where runs train.
        settings: the present ones, which trial 0 tries.
        vary: keys of the settings to vary; none of them means all that the agent suggests.

    Raises:
        InputError: the agent has no `suggest`, or does not suggest one of the keys.
    """

    def __init__(self, trainer: Trainer, pool: Pool, settings: Any, vary: list[str]) -> None:
        self.trainer, self.pool, self.settings = trainer, pool, settings
        if trainer.agent.suggest is None:
            raise InputError(
                f"{trainer.agent.section}: cannot be tuned; write `suggest` in the agent's module, "
                "as in stages/rl/agents/q_learning.py"
            )
        self.suggest = partial(trainer.agent.suggest, settings, trainer.task)
        trial = optuna.create_study().ask()
        self.suggest(trial)
        present, varied = {}, []
        for name, where in trial.distributions.items():
            key, bracket, _ = name.partition("[")
            present[name] = nearest(1.0 if bracket else getattr(settings, key), where)
            varied += [key] if key not in varied and not where.single() else []
        for key in vary:
            if key not in varied:
                raise InputError(f"--vary: is {key}; give some of {', '.join(varied)}")
        self.varied = vary or varied
        self.study = optuna.create_study(
            sampler=optuna.samplers.TPESampler(seed=trainer.seed),
            pruner=optuna.pruners.SuccessiveHalvingPruner(SEARCH[0], reduction_factor=2),
        )
        self.study.enqueue_trial(present)
        self.values: list[Values] = []  # of each trial
        self.costs: dict[int, float] = {}  # of the trials that were not pruned

    def run(self, trials: int) -> None:
        """Run trials; on a terminal, show their progress."""
        for _ in tqdm(range(trials), "trials", unit="trial", disable=None):
            self.study.optimize(self.cost, n_trials=1)

    def cost(self, trial: optuna.Trial) -> float:
        """Return the mean cost of the runs of a trial.

        Raises:
            optuna.TrialPruned: check_params would refuse the values, or few runs cost too much.
        """
        values = self.propose(trial)
        self.values.append(values)
        settings = self.changed(values)
        if settings is None:
            raise optuna.TrialPruned
        outcomes: list[Outcome] = []
        for runs in SEARCH:
            (more,) = self.trainer.outcomes(self.pool, [settings], range(len(outcomes), runs))
            outcomes += more
            trial.report(mean_cost(outcomes), runs)
            if runs < SEARCH[-1] and trial.should_prune():
                raise optuna.TrialPruned
        self.costs[trial.number] = mean_cost(outcomes)
        return self.costs[trial.number]

    def propose(self, trial: optuna.Trial) -> Values:
        """Return the values to try, as far as they differ from the present ones."""
        values = self.suggest(trial)
        if trial.number == 0:
            return {}
        rounded = {key: three_digits(values[key]) for key in self.varied}
        return {key: new for key, new in rounded.items() if new != getattr(self.settings, key)}

    def changed(self, values: Values) -> Any:
        """Return the present settings with other values; None if check_params would refuse them."""
        try:
            settings = self.settings.replace(**values)
        except ValueError:
            return None
        agent, task = self.trainer.agent, self.trainer.task
        faulty = any(length_faults(settings, task)) or any(agent.faults(settings, task))
        return None if faulty else settings

    def best(self, count: int) -> list[int]:
        """Return the numbers of the best trials, the best first, all with different values."""
        found: list[int] = []
        for trial in sorted(self.costs, key=lambda trial: self.costs[trial]):
            if self.values[trial] not in [{}, *(self.values[other] for other in found)]:
                found.append(trial)
        return found[:count]


def nearest(value: Any, where: Any) -> Any:
    """Return the value, or if Optuna cannot propose that, one that it can."""
    if isinstance(where, optuna.distributions.CategoricalDistribution):
        return value if value in where.choices else where.choices[0]
    return min(max(value, where.low), where.high)


def three_digits(value: Any) -> Any:
    """Round a number, or each of a list, to three significant digits."""
    if isinstance(value, list):
        return [three_digits(one) for one in value]
    return float(f"{value:.3g}") if isinstance(value, float) else value
