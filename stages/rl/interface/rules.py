"""Whether an environment keeps the rules that training and the test rely on: seen by playing it."""

import warnings
from typing import Any

import numpy as np

from stages.rl.engine.random_numbers import Purpose, stream
from stages.rl.interface.broken import BrokenEnvironmentError
from stages.rl.interface.checked import Checked
from stages.rl.interface.dynamics import observe, start, step
from stages.rl.interface.environment_spec import Dynamics
from stages.rl.interface.set_up import dynamics, one_line
from stages.rl.interface.task import Task, make

STEPS = 100  # that are played of each copy
CLOSE = 1e-4  # two computations of one step, in float32


def check_rules(task: Task) -> str:
    """See whether an environment, its wrappers included, keeps the rules.

    Returns:
        What is allowed but unusual, in one line; or "".

    Raises:
        ValueError: it does not, or raises something in its first steps; says which.
    """
    check_names(task)
    copies: list[Checked] = []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what is unusual is allowed
            if task.spec.dynamics is Dynamics.EQUATIONS:
                check_twin(task)
            if task.spec.dynamics is not Dynamics.GYMNASIUM:
                return ""
            copies += [Checked(make(task, disable_env_checker=True)) for _ in range(3)]
            check_copies(task, *copies)
            from gymnasium.utils.env_checker import check_env  # noqa: PLC0415 # few need it

            check_env(copies[0].environment, skip_render_check=True, skip_close_check=True)
            return beyond_bounds(copies[0])
    except BrokenEnvironmentError as fault:
        raise ValueError(f"env.id: {fault}") from None
    except Exception as error:  # whatever an environment raises
        raise ValueError(f"env.id: {task.id}: {one_line(error)}") from None
    finally:
        for copy in copies:
            copy.environment.close()


def check_names(task: Task) -> None:
    """See whether a module names as many variables and actions as there are."""
    spec, size = task.spec, task.observation_size
    counts = {"observation_names": size, "action_names": task.actions}
    for key, count in counts.items():
        names = getattr(spec, key)
        if names and len(names) != count:
            many = f"{len(names)} name{'s' * (len(names) > 1)}"
            raise ValueError(f"env.id: {task.name}.py: {key}: has {many}; give {count}, or none")
    for key in ("policy_plane", "trajectories", "reference_lines"):
        unknown = [i for i in getattr(spec, key) if not 0 <= i < max(size, 2)]
        if unknown:
            raise ValueError(
                f"env.id: {task.name}.py: {key}: has {unknown[0]}; give numbers below {size}"
            )


def check_copies(task: Task, alone: Checked, one: Checked, other: Checked) -> None:
    """See whether the same seeds give the same episodes, again and beside a second copy."""
    first = play(task, alone)
    for copy, beside, doing in (
        (alone, None, "played again"),
        (one, other, "played beside a second copy"),
    ):
        again = play(task, copy, beside)
        for t, (before, now) in enumerate(zip(first, again, strict=True)):
            if before != now:
                raise ValueError(
                    f"the same seed gives another episode when {doing} (from call {t} on); "
                    "draw from self.np_random, and keep state in self, made anew by reset"
                )


def play(task: Task, env: Checked, beside: Checked | None = None) -> list[tuple[Any, ...]]:
    """Play episodes from seeds 0, 1, ... by random actions; return what each call returned.

    Between two steps the environment beside takes one, by other seeds and other actions.
    """
    actions = np.random.default_rng(0).integers(0, task.actions, (STEPS, 2)).tolist()
    calls: list[tuple[Any, ...]] = []
    ended, ended_beside, seed = True, True, 0
    for action, another in actions:
        if ended:
            env.reset(seed)
            seed += 1
            calls.append((env.observation.tolist(),))
        if beside is not None:
            if ended_beside:
                beside.reset(1000 + seed)
            ended_beside = any(beside.step(another)[1:])
        reward, *ends = env.step(action)
        ended = any(ends)
        calls.append((env.observation.tolist(), reward, *ends))
    return calls


def beyond_bounds(env: Checked) -> str:
    """Say whether what an environment returned last lies outside of its Box."""
    seen = env.observation
    if env.state_count or ((env.space.low <= seen) & (seen <= env.space.high)).all():
        return ""
    return f"{env.environment.spec.id}: observations leave {env.space}; agents see them as they are"


def check_twin(task: Task) -> None:
    """See whether compiled equations take the steps that Gymnasium's environment takes.

    Raises:
        ValueError: they do not; says where.
    """
    spec = task.spec
    if spec.set_state is None:
        return
    ours, env = dynamics(task), make(task, disable_env_checker=True)
    twin = env.unwrapped
    env.reset(seed=0)
    draws = stream(0, "twin", Purpose.TRAINING, 0)
    actions = np.random.default_rng(0).integers(0, task.actions, STEPS).tolist()
    state, observation = start(ours, draws), np.zeros(task.observation_size)
    for t, action in enumerate(actions):
        spec.set_state(twin, state)
        state, reward, terminated, truncated = step(ours, state, action, draws)
        observe(ours, state, observation)
        seen, its_reward, its_terminated, *_ = twin.step(action + int(env.action_space.start))
        for what, mine, its in (
            ("observation", observation, seen),
            ("reward", reward, its_reward),
            ("terminated", terminated, its_terminated),
        ):
            if not np.allclose(mine, its, rtol=CLOSE, atol=CLOSE):
                shown = f"{np.ravel(mine).tolist()}, of Gymnasium {np.ravel(its).tolist()}"
                raise ValueError(f"step {t + 1}: {what} of the compiled environment is {shown}")
        if terminated or truncated:
            state = start(ours, draws)
    env.close()
