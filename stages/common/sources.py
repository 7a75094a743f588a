"""What the chosen environment is made of beyond its module: helper modules, and packages.

Stages that play it depend on this, so another helper or another version of a package reruns them.
"""

import ast
import hashlib
import sys
from collections.abc import Iterator
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from stages.common import versions
from stages.common.script import InputError
from stages.rl.interface.task import Task, make

PROJECT = Path(__file__).parents[2]
HERE = "stages.rl.environments."
ALLOWED = ("stages.rl.interface.", "stages.rl.engine.")
OWN = "requirements-environments.txt"


def sources(task: Task) -> dict[str, Any]:
    """Find the helper modules of an environment, with hashes, and its packages, with versions.

    Only import statements count. They are followed through the helpers, but not through packages;
    of these the modules of the environment's classes and wrappers are read, too.

    Raises:
        InputError: an import from elsewhere in the project, or a package that is not pinned.
    """
    roots, helpers = set[str](), dict[str, str]()
    waiting, seen = [HERE + task.name], set[str]()
    while waiting:
        module = waiting.pop()
        if module in seen:
            continue
        seen.add(module)
        file = file_of(module)
        if module != HERE + task.name:
            helpers[file.relative_to(PROJECT).as_posix()] = hashlib.sha256(
                file.read_bytes()
            ).hexdigest()
        for name in imports(file, module.rpartition(".")[0]):
            if name.startswith(HERE):
                waiting.append(HERE + name.removeprefix(HERE).split(".")[0])
            elif in_project(name):
                if not f"{name}.".startswith(ALLOWED) and name not in ("stages", "stages.rl"):
                    raise InputError(
                        f"{file.relative_to(PROJECT)}: imports {name}; put what it needs into "
                        "stages/rl/environments, as a module whose name begins with _"
                    )
            else:
                roots.add(name.split(".")[0])
    roots |= set(classes_import(task))
    return {"modules": helpers, "packages": packages(roots, task.name)}


def imports(file: Path, package: str) -> Iterator[str]:
    """Yield the modules that a file imports; of `from a import b` a.b, if that is one."""
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = package.split(".")
            above = parents[: len(parents) - node.level + 1] if node.level else []
            base = ".".join([*above, *filter(None, [node.module])])
            for alias in node.names:
                inner = f"{base}.{alias.name}"
                yield inner if file_of(inner).is_file() else base


def in_project(name: str) -> bool:
    """Tell whether a module is a file of this project."""
    return file_of(name).is_file() or file_of(name).with_suffix("").is_dir()


def file_of(module: str) -> Path:
    """Say where the file of a module would be."""
    return PROJECT / Path(*module.split(".")).with_suffix(".py")


def classes_import(task: Task) -> Iterator[str]:
    """Yield the packages of the environment's classes and wrappers, and what those files import."""
    made = env = make(task)
    modules = set[str]()
    while True:
        modules |= {one.__module__ for one in type(env).__mro__}
        if env is env.unwrapped:
            break
        env = env.env
    made.close()
    for module in modules:
        root = module.split(".")[0]
        file = getattr(sys.modules.get(module), "__file__", None)
        if root not in ("stages", *sys.stdlib_module_names) and file and file.endswith(".py"):
            yield root
            yield from (name.split(".")[0] for name in imports(Path(file), root))


def packages(roots: set[str], name: str) -> dict[str, str]:
    """Return the versions of the packages that modules come from, but for those of every stage.

    Raises:
        InputError: one is not pinned as it is installed.
    """
    common, own = (
        {normal(found[0]): found[1] for found in versions.PIN.findall(file.read_text("utf-8"))}
        for file in (PROJECT / versions.REQUIREMENTS, PROJECT / OWN)
    )
    unknown = {root for root in roots if normal(root) not in common} - sys.stdlib_module_names
    unknown = {root for root in unknown - {"stages"} if find_spec(root) is not None}
    if not unknown:
        return {}
    brought = metadata.packages_distributions()
    names = sorted({normal(one) for root in unknown for one in brought.get(root, [])})
    found = {one: metadata.version(one) for one in names if one not in common}
    for package, version in found.items():
        if own.get(package) != version:
            pinned = own.get(package)
            stands = f"pins {package}=={pinned}, installed is" if pinned else "lacks"
            raise InputError(
                f"{OWN}: {stands} {package}=={version}, which {name}.py needs; "
                "pin it there, and install it"
            )
    return found


def normal(name: str) -> str:
    """Spell the name of a package as all of its spellings are compared (PEP 503)."""
    return name.lower().replace("_", "-").replace(".", "-")
