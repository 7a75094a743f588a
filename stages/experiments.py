"""List the experiments: what each of them changed, and what came of it (`make experiments`)."""

import json
import math
import re
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from pathlib import PurePath
from typing import Any, NamedTuple

from stages.common import script
from stages.common.refusals import one_line
from stages.pictures import terminal
from stages.pictures.looks import look
from stages.pictures.numbers import count, number, of_runs

NONE = "none yet: dvc exp run --temp -n NAME -S KEY=VALUE"
HEADS = (
    ("", "", "", "", "mean", "runs", "steps to"),
    ("name", "rev", "changed", "agent", "return", "solved", "solve"),
)
NAME_WIDTH, CHANGE_WIDTH = 20, 48  # what is longer goes on on the next line
MOST_FILES = 3  # are named; of more only their number is
NOTES = {
    "running": "Running, or killed before its end: DVC cannot tell the two apart",
    "failed": "Why one failed: dvc queue logs NAME",
    "queued": "To run what is queued: dvc queue start",
}
LEFT_OUT = (
    "Left out: agents that came out as before, other metrics, the workspace; see dvc exp show"
)


class Entry(NamedTuple):
    """An experiment, or a commit that experiments began from."""

    name: str
    rev: str
    status: str  # "ran"; else why there are no numbers: "failed", "queued", "unreadable", ...
    reason: str  # why it is unreadable
    changed: list[str]  # what it changed, as "key=value"
    metrics: dict[str, Any]  # of each agent whose metrics are not those of the commit


def read() -> list[dict[str, Any]]:
    """Read what DVC knows of the experiments.

    Returns:
        The commits that experiments began from, each with its experiments, in the form of
        `dvc exp show --json`: HEAD first, then the newest.

    Raises:
        InputError: DVC is not installed, or cannot tell.
    """
    try:
        from dvc.repo import Repo  # noqa: PLC0415  # where it is missing, that is told
    except ModuleNotFoundError:
        raise script.InputError(
            "dvc: not installed; `pip install --require-hashes -r requirements-dvc.txt`"
        ) from None
    try:
        with Repo() as repo:
            head = repo.scm.get_rev()
            begun = [head, *(_baselines(repo) - {head})]
            shown = repo.experiments.show(begun, hide_workspace=True)
            commits = [commit.dumpd() for commit in shown]
    except Exception as error:  # of DVC, Git, the queue, and the files of all three
        reason = str(error).strip().splitlines() or [type(error).__name__]
        raise script.InputError(f"dvc: {reason[0]}") from None
    return sorted(commits, key=lambda commit: (commit["rev"] == head, _time(commit)), reverse=True)


def _baselines(repo: Any) -> set[str]:
    """Find the commits that experiments began from, those that failed or wait included."""
    ran = (ref.split("/")[2:4] for ref in repo.scm.iter_refs(base="refs/exps"))
    found = {"".join(sha) for sha in ran if list(map(len, sha)) == [2, 38]}
    queue = repo.experiments.celery_queue
    for stash in (queue.stash, queue.failed_stash):
        found |= {entry.baseline_rev for entry in stash.stash_revs.values()}
    return found


def _time(state: Mapping[str, Any]) -> str:
    return str(state["data"]["timestamp"]) if state["data"] else ""


def entries(commit: Mapping[str, Any]) -> Iterator[Entry]:
    """Yield a commit, then the experiments that began from it, by their names."""
    before = _metrics(commit)
    yield Entry(commit["name"] or "(commit)", commit["rev"], *_status(commit, None), [], before)
    found = [
        (one["name"] or one["revs"][0]["name"] or "", one) for one in commit["experiments"] or []
    ]
    for name, one in sorted(found, key=lambda pair: _numbers_by_value(pair[0])):
        state = one["revs"][0]
        status, reason = _status(state, one["executor"])
        metrics = _metrics(state) if status == "ran" else {}  # else they are the commit's
        came_out = {agent: of for agent, of in metrics.items() if of != before.get(agent)}
        yield Entry(name, state["rev"], status, reason, _changed(commit, state), came_out)


def _status(state: Mapping[str, Any], executor: Mapping[str, Any] | None) -> tuple[str, str]:
    """Tell how far an experiment came, and why it cannot be read where that is so."""
    if executor and executor["state"] != "success":
        return executor["state"], ""
    if not state["data"]:
        return "unreadable", state["error"]["msg"]
    return "ran" if state["data"]["metrics"] else "no results", ""


def _numbers_by_value(name: str) -> list[tuple[float, str]]:
    """Sort rate-10 behind rate-2."""
    parts = re.findall(r"[0-9]+|[^0-9]+", name)
    return [(int(part) if part[0] in "0123456789" else math.inf, part) for part in parts]


def _metrics(state: Mapping[str, Any]) -> dict[str, Any]:
    """Read the metrics of each agent."""
    files = state["data"]["metrics"] if state["data"] else {}
    return {PurePath(path).parent.name: file.get("data") for path, file in files.items()}


def _changed(commit: Mapping[str, Any], state: Mapping[str, Any]) -> list[str]:
    """Tell what differs: parameters, and files that are no results."""
    if not (commit["data"] and state["data"]):
        return []
    before, after = (_parameters(one["data"]["params"]) for one in (commit, state))
    changed = [
        f"{one_line(key)}={json.dumps(after[key])}" if key in after else f"{one_line(key)} removed"
        for key in before | after
        if key not in after or key not in before or before[key] != after[key]
    ]
    code = [one_line(path) for path in _changed_code(commit["data"]["deps"], state["data"]["deps"])]
    return changed + (code if len(code) <= MOST_FILES else [f"{len(code)} files of code"])


def _changed_code(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Find the files that are no results and differ, and the folders of which no file is known.

    What only one of the two depends on is left out: another environment has another module.
    """
    both = [path for path in old if path in new and not path.startswith("data/")]
    differ = [path for path in both if old[path] != new[path]]
    return [path for path in differ if not any(one.startswith(f"{path}/") for one in differ)]


def _parameters(files: Mapping[str, Any]) -> dict[str, Any]:
    """Return each value of params.yaml by its key, a list as one value."""
    found: dict[str, Any] = {}
    left = [("", file.get("data")) for file in files.values()]
    while left:
        prefix, value = left.pop(0)
        if isinstance(value, dict):
            left += [(f"{prefix}.{key}".lstrip("."), inner) for key, inner in value.items()]
        elif prefix:
            found[prefix] = value
    return found


def lines(commits: list[dict[str, Any]]) -> list[str]:
    """Set out the experiments, below the commits that they began from."""
    groups = [list(entries(commit)) for commit in commits]
    shown = [entry for group in groups for entry in group[1:]]
    if not shown:
        return [NONE]
    rows: list[tuple[str, ...]] = []
    for group in groups:
        rows += [("",)] if rows else []
        for entry in group:
            rows += _rows(entry)
    statuses = {entry.status for entry in shown}
    notes = [note for status, note in NOTES.items() if status in statuses]
    return [*terminal.table(HEADS, rows, right=3), "", *notes, LEFT_OUT]


def _rows(entry: Entry) -> Iterator[tuple[str, ...]]:
    """Yield the lines of an entry: one for each change or agent, whichever are more."""
    name, changed = one_line(entry.name), []
    for change in entry.changed:
        key, equals, value = change.partition("=")
        long = equals and len(change) > CHANGE_WIDTH
        changed += [key + equals, f"  {value}"] if long else [change]
    outcomes = [_outcome(agent, of) for agent, of in entry.metrics.items()]
    if len(name) > NAME_WIDTH:
        yield (name,)
        name = ""
    names = [(name, entry.rev[:7])]
    nothing = "as before" if entry.status == "ran" else entry.status
    outcomes = outcomes or [(nothing, "", "", "")]
    for who, change, outcome in zip_longest(names, changed, outcomes):
        yield (*(who or ("", "")), change or "", *(outcome or ("", "", "", "")))
    if entry.reason:
        yield (f"  {one_line(entry.reason)}",)


def _outcome(agent: str, of: Any) -> tuple[str, ...]:
    """Show an agent's metrics; a dash for what an old commit or a broken file does not tell.

    DVC leaves out what is null: the steps of an agent that never solves its environment, and all
    that is told of solving where nothing counts as solved.
    """
    name = one_line(look(agent, [agent]).name)
    try:
        mean, runs = number(of["return"]["mean"]), of["runs"]
        solved, steps = of["fraction"].get("solved"), of["train"].get("steps_to_solve")
        solving = ("-", "-") if solved is None else (of_runs(solved, runs), count(steps))
        return name, mean, *solving
    except (TypeError, KeyError, ValueError, AttributeError):
        return name, "-", "-", "-"


def main() -> None:
    """List the experiments."""
    terminal.tell(lines(read()))


if __name__ == "__main__":
    script.run(main)
