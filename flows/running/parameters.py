"""Other values for parameters, as `--set studies.digits.repeats=20` gives them."""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from flows.running import literals, splicing
from trunkline.settings import naming

FILE = "params.yaml"
ASSIGNMENT = re.compile(r"(?:(?P<file>[^:=]*):)?(?P<path>[^=]*)=(?P<value>.*)", re.DOTALL)


def parse(assignments: Sequence[str]) -> dict[str, object]:
    """Return what assignments set, by key: `path`, or `file.yaml:path` for another file.

    A value is YAML as in the file: `5`, `0.1`, `adam`, `true`, `[1, 2]`, `{rate: 0.5}`.

    Raises:
        ValueError: one of them is no assignment, or two give the same key.

    Example:
        >>> parse(["studies.digits.finetune.budgets=[5, 10]", "seed=7"])
        {'studies.digits.finetune.budgets': [5, 10], 'seed': 7}
    """
    values: dict[str, object] = {}
    for assignment in assignments:
        found = ASSIGNMENT.fullmatch(assignment)
        if not found or not found["path"].strip():
            raise ValueError(
                f"--set: expected path=value, such as studies.digits.repeats=20; "
                f"received '{assignment}'"
            )
        key = assignment[: found.start("value") - 1].strip()
        if key in values:
            raise ValueError(f"--set: {key} is given twice; give it once")
        values[key] = _value(key, found["value"])
    return values


def _value(key: str, text: str) -> object:
    try:
        node = splicing.compose(text)
    except ValueError as error:
        raise ValueError(f"--set: {key}: '{text}': {error}; quote text for YAML") from error
    if node is None:
        raise ValueError(f"--set: {key}: no value after '='; write null for none, '' for no text")
    if splicing.is_block(node):
        raise ValueError(
            f"--set: {key}: expected one value, [..] or {{..}}, received '{text}'; quote text that "
            f"holds ': ' or begins with '- '"
        )
    return literals.read(text)


def override(root: Path, assignments: Mapping[str, object]) -> list[str]:
    """Write other values into the files of parameters, all or none.

    Only the values change: comments, quotes and line breaks stay. Types and limits are left to
    `python -m stages check`.

    Args:
        root: The folder of dvc.yaml.
        assignments: Values by key, as `parse` returns them.

    Returns:
        A line for each value that is another now.

    Raises:
        ValueError: a file or a key is unknown, or YAML has no such value; a line for each.
    """
    texts: dict[str, str] = {}
    changes, problems = [], []
    known = _files(root) if any(":" in key for key in assignments) else [FILE]
    for key, value in assignments.items():
        file, _, path = key.rpartition(":")
        file = file or FILE
        try:
            text = texts.get(file) or _read(root, file, known)
            texts[file] = splicing.replace(text, path, value)
        except ValueError as error:
            problems.append(f"{file}: {error}")
            continue
        if texts[file] != text:
            old, new = splicing.shown(text, path), splicing.shown(texts[file], path)
            changes.append(f"{file}: {path}: {old} -> {new}")
    if problems:
        raise ValueError("\n".join(problems))
    _write({root / file: text for file, text in texts.items()})
    return changes


def _files(root: Path) -> list[str]:
    """Return the files of parameters that dvc.yaml names; any other file is not for `--set`.

    A value of another YAML file may be a command, which who starts a flow from afar must not set.
    """
    graph = root / "dvc.yaml"
    content = literals.read(graph.read_text(encoding="utf-8")) if graph.is_file() else {}
    stages = [stage for stage in (content.get("stages") or {}).values() if stage]
    entries = [content, *stages, *(stage["do"] for stage in stages if "do" in stage)]
    return sorted({FILE, *(file for entry in entries for file in _named(entry))})


def _named(entry: Mapping[str, Any]) -> Iterator[str]:
    """Yield the YAML files under `params` and `vars` of an entry of dvc.yaml."""
    for item in [*(entry.get("params") or []), *(entry.get("vars") or [])]:
        for name in item if isinstance(item, Mapping) else [item]:
            file = name.partition(":")[0]
            if file.endswith((".yaml", ".yml")):
                yield file


def _read(root: Path, file: str, known: Sequence[str]) -> str:
    if file not in known:
        raise ValueError(
            f"no file of parameters that dvc.yaml names{naming.suggestion(file, known)}"
        )
    if not (root / file).is_file():
        raise ValueError("missing; --set changes values of a file that is there")
    return (root / file).read_bytes().decode("utf-8")  # line ends as they are


def _write(texts: Mapping[Path, str]) -> None:
    """Replace files as one: each is complete beside its place before the first takes it."""
    ready: list[tuple[str, Path]] = []
    try:
        for path, text in texts.items():
            place = path.resolve()  # a link stays a link
            handle, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.")
            ready.append((name, place))
            with os.fdopen(handle, "wb") as stream:
                stream.write(text.encode("utf-8"))
            shutil.copymode(place, name)
        for name, path in ready:
            os.replace(name, path)
    finally:
        for name, _ in ready:
            Path(name).unlink(missing_ok=True)
