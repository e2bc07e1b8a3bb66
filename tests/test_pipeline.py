"""dvc.yaml tells the truth: a stage imports, reads and writes what it declares, and no more."""

import ast
import importlib
import inspect
import re
import shlex
from collections.abc import Iterator
from dataclasses import fields
from functools import reduce
from pathlib import Path
from typing import Any

import grimp
import pytest
import ruamel.yaml

from trunkline.settings.study import Question

CODE = ("stages/", "trunkline/")
PARSER = ruamel.yaml.YAML(typ="safe", pure=True)
PARAMS = PARSER.load(Path("params.yaml").read_text(encoding="utf-8"))
STAGES = PARSER.load(Path("dvc.yaml").read_text(encoding="utf-8"))["stages"]
GRAPH = grimp.build_graph("stages", "trunkline", cache_dir=None)
NO_STAGES = {
    "accept",
    "browse",
    "check",
    "draft",
    "judge_oneshot",
    "learn_oneshot",
    "look",
    "oneshot",
}
# commands beside the pipeline


def substitute(value: Any, key: str, item: dict[str, Any]) -> Any:
    """Return a part of dvc.yaml with `${key}` and `${item.name}` filled in."""
    if isinstance(value, dict):
        return {substitute(k, key, item): substitute(v, key, item) for k, v in value.items()}
    if isinstance(value, list):
        return [substitute(v, key, item) for v in value]
    if not isinstance(value, str):
        return value
    value = value.replace("${key}", key)
    return re.sub(r"\$\{item\.([\w.]+)\}", lambda match: filled(item, match[1]), value)


def filled(item: dict[str, Any], keys: str) -> str:
    """Return what stands at dotted keys, such as `users.dataset`."""
    return str(reduce(dict.__getitem__, keys.split("."), item))


def expand() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each stage under the name that DVC gives it."""
    for name, stage in STAGES.items():
        if "foreach" not in stage:
            yield name, stage
            continue
        items = PARAMS[stage["foreach"].removeprefix("${").removesuffix("}")]
        for key, item in items.items():
            yield f"{name}@{key}", substitute(stage["do"], key, item)


EXPANDED = dict(expand())


def paths(stage: str, *sections: str) -> set[str]:
    """Return the paths in these sections; an item is `path` or `{path: options}`."""
    entries = [entry for section in sections for entry in EXPANDED[stage].get(section, [])]
    return {entry if isinstance(entry, str) else next(iter(entry)) for entry in entries}


def arguments(stage: str) -> dict[str, str]:
    """Return the flags and values of a stage's command line."""
    words = shlex.split(EXPANDED[stage]["cmd"])[4:]  # after `python -m stages <name>`
    return dict(zip(words[::2], words[1::2], strict=True))


def module(stage: str) -> str:
    """Return the name of a stage's module."""
    return "stages." + stage.partition("@")[0]


def tree(name: str) -> ast.Module:
    """Return the parsed source of a module."""
    path = Path(*name.split("."))
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    return ast.parse(file.read_text(encoding="utf-8"))


def imported(stage: str) -> set[str]:
    """Return the first-party modules a stage loads: its own imports and the entry point's."""
    roots = {module(stage), "stages.__main__"}
    return roots.union(*(GRAPH.find_upstream_modules(root) for root in roots))


def literal(argument: ast.expr) -> str:
    """Return a key as written, with `${key}` for what an f-string fills in."""
    match argument:
        case ast.Constant(str(text)):
            return text
        case ast.JoinedStr(parts):
            return "".join(literal(part) for part in parts)
        case ast.FormattedValue(ast.Name("study" | "dataset")):
            return "${key}"
    raise AssertionError(f"a key of params is no literal: {ast.unparse(argument)}")


def keys(stage: str) -> set[str]:
    """Return the keys in a stage's calls of `_stage.params`."""
    calls = [node for node in ast.walk(tree(module(stage))) if isinstance(node, ast.Call)]
    reads = [call for call in calls if ast.unparse(call.func) == "_stage.params"]
    return {literal(argument) for call in reads for argument in call.args}


every_stage = pytest.mark.parametrize("stage", EXPANDED)


def test_modules_and_stages_are_the_same_set() -> None:
    """Each module of `stages` is a stage, and each stage is a module."""
    modules = {path.stem for path in Path("stages").glob("[!_]*.py")}
    assert modules - NO_STAGES == STAGES.keys()


@every_stage
def test_the_command_runs_anywhere(stage: str) -> None:
    """A command is `python -m stages <name>` and plain relative paths: no shell, no home."""
    cmd = EXPANDED[stage]["cmd"]
    assert cmd.startswith(f"python -m stages {stage.partition('@')[0]} ")
    assert re.fullmatch(r"[\w ./-]+", cmd)
    assert not re.search(r"(^| )/|\.\.", cmd)


@every_stage
def test_the_command_line_names_exactly_the_declared_data(stage: str) -> None:
    """A path on the command line is declared, and a declared path is on the command line."""
    declared = paths(stage, "deps", "outs", "metrics", "plots") - {"requirements.lock"}
    data = {path for path in declared if not path.startswith(CODE)}
    values = {v for flag, v in arguments(stage).items() if flag not in ("--study", "--dataset")}
    assert values == data


@every_stage
def test_the_command_line_fits_the_signature(stage: str) -> None:
    """The flags are the parameters of `main`, which are paths or text."""
    signature = inspect.signature(importlib.import_module(module(stage)).main, eval_str=True)
    assert [flag.removeprefix("--") for flag in arguments(stage)] == list(signature.parameters)
    assert {p.annotation for p in signature.parameters.values()} <= {Path, str}


@every_stage
def test_every_imported_module_is_a_dependency(stage: str) -> None:
    """A change of any module that a stage runs makes it run again."""
    files = {name.replace(".", "/") for name in imported(stage) if "." in name}
    deps = {path.removesuffix(".py") for path in paths(stage, "deps")}
    missing = {f for f in files if not any(f"{f}/".startswith(f"{dep}/") for dep in deps)}
    assert not missing, f"{stage} imports {sorted(missing)}: add them to its deps"


@every_stage
def test_every_code_dependency_is_imported(stage: str) -> None:
    """A stage does not run again for a room that it never enters."""
    files = {name.replace(".", "/") for name in imported(stage)}
    deps = {path.removesuffix(".py") for path in paths(stage, "deps") if path.startswith(CODE)}
    idle = {dep for dep in deps if not any(f"{f}/".startswith(f"{dep}/") for f in files)}
    assert not idle, f"{stage} imports nothing of {sorted(idle)}: remove them from its deps"


@every_stage
def test_the_environment_is_a_dependency(stage: str) -> None:
    """Other versions of the libraries may give other results."""
    assert "requirements.lock" in paths(stage, "deps")


@every_stage
def test_parameters_read_are_parameters_declared(stage: str) -> None:
    """Keys in `_stage.params(...)` are those in `params:`; the entry point reads `runtime`."""
    key = stage.partition("@")[2]
    read = {name.replace("${key}", key) for name in keys(stage)} | {"runtime"}
    assert set(EXPANDED[stage]["params"]) == read


def test_what_dvc_records_of_a_study_is_asked_for() -> None:
    """`check` misses the entries of a study that `params:` name, for which DVC has no default."""
    keys = {key for stage in EXPANDED.values() for key in stage["params"]}
    named = {key.split(".")[2] for key in keys if re.fullmatch(r"studies\.\w+\.\w+", key)}
    assert named == {entry.name for entry in fields(Question)}


def test_only_evaluate_can_read_the_test_rows() -> None:
    """No other stage names the test split or the folder it lies in, but for `episodes`.

    Whether a test can be drawn must be known before anything is trained. It reads which class,
    group and parent rows are of, of all columns; `tests/stages/test_episodes.py` holds it to that.
    """
    splits = {path for stage in EXPANDED for path in paths(stage, "outs") if "/test." in path}
    readers = {
        stage.partition("@")[0]
        for stage in EXPANDED
        for dep in paths(stage, "deps")
        if any(f"{split}/".startswith(f"{dep}/") for split in splits)
    }
    assert splits
    assert readers == {"episodes", "evaluate", "evaluate_metalearner", "evaluate_recommender"}


def test_modules_are_imported_by_name_only_by_the_entry_point() -> None:
    """An import by name is invisible to the import graph, and so to these tests."""
    dynamic = {
        name
        for name in GRAPH.modules
        for node in ast.walk(tree(name))
        if isinstance(node, ast.Call)
        and re.search(r"(^|\.)(__import__|import_module)$", ast.unparse(node.func))
    }
    assert dynamic == {"stages._stage"}


@pytest.mark.parametrize(
    "path", sorted([*Path("trunkline").rglob("__init__.py"), Path("stages/__init__.py")]), ids=str
)
def test_package_init_holds_a_docstring_and_nothing_else(path: Path) -> None:
    """An import there would run in every stage, unseen by the import graph."""
    statements = ast.parse(path.read_text(encoding="utf-8")).body
    assert len(statements) == 1
    assert ast.get_docstring(ast.Module(statements, []))


def test_the_lock_holds_exactly_the_stages() -> None:
    """dvc.lock is committed and knows each stage of dvc.yaml, and none that is gone."""
    lock = PARSER.load(Path("dvc.lock").read_text(encoding="utf-8"))
    assert lock["stages"].keys() == EXPANDED.keys()


def test_whatever_asks_make_for_rows_looks_at_the_files_first() -> None:
    """Else a new dataset has no record, and a changed file is refused or not seen."""
    text = Path("Makefile").read_text("utf-8")
    recipes = re.findall(r"^([a-z-]+):.*\n((?:\t.*\n)+)", text, re.MULTILINE)
    asking = {name: lines for name, lines in recipes if "dvc repro" in lines}
    assert asking.keys() >= {"repro", "contract", "accept"}
    for name, lines in asking.items():
        assert "stages look" in lines[: lines.index("dvc repro")], name


def test_locked_packages_come_from_no_address() -> None:
    """The lock holds names, versions and hashes: any index or mirror will do."""
    text = Path("requirements.lock").read_text(encoding="utf-8")
    assert "://" not in text
    pins = re.split(r"\n(?=\w)", text.strip())
    assert not [pin for pin in pins if not re.match(r"[\w.-]+==\S+( ; .*)? \\\n +--hash=sha", pin)]
