"""What every stage shares: its arguments, its parameters, its errors.

A stage is a module with a function `main`, whose keyword parameters (`Path` or `str`) are the
flags of its command line: `python -m stages ingest --dataset digits --table data/table.parquet`.
"""

import importlib
import inspect
import json
import logging
import os
import platform
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from stages import _parameters
from trunkline.determinism import runtime
from trunkline.settings import naming

MACHINE = Path(".trunkline/machine")  # what depends on the machine is no output


def params(*keys: str) -> Any:
    """Return the settings at these dotted keys of params.yaml, in this order.

    Name each key literally (f-strings may hold the study or dataset): a test compares them
    with `params:` in dvc.yaml.

    Returns:
        A tuple of frozen settings; for one key, the setting itself.

    Raises:
        ValueError: params.yaml is wrong anywhere, or has no such key.
    """
    parameters = _parameters.load()
    values = tuple(_parameters.look_up(parameters, key) for key in keys)
    return values[0] if len(keys) == 1 else values


@contextmanager
def placing(place: str, settings: Any) -> Iterator[None]:
    """Say which entry of params.yaml an error is about, where it begins with one of `settings`.

    The library knows no names of studies: of its `episodes.ways: ...` this makes
    `params.yaml: metalearners.leaves.episodes.ways: ...`.

    Args:
        place: where `settings` are.
        settings: frozen ones.
    """
    try:
        yield
    except ValueError as error:
        text = str(error)
        if re.match(rf"({'|'.join(vars(settings))})[.:]", text) is None:
            raise
        raise ValueError(f"{_parameters.FILE}: {place}.{text}") from error


def run(words: Sequence[str]) -> int:
    """Run the stage that a command line asks for and return its exit code.

    Errors a user can mend end in a message and code 1; others, and all of them when
    TRUNKLINE_DEBUG is set, keep their traceback.

    Args:
        words: the name of the stage, then its flags and their values.
    """
    logging.basicConfig(format="%(message)s", stream=sys.stderr)
    for name in ("stages", "trunkline"):  # other libraries speak of warnings only
        logging.getLogger(name).setLevel(logging.INFO)
    logging.getLogger("tensorflow").addFilter(_worth_reading)
    try:
        start(*words)
    except (ValueError, OSError) as error:
        if os.environ.get("TRUNKLINE_DEBUG"):
            raise
        text = str(error)
        gap = "\n" if "\n" in text else " "
        sys.stderr.write(f"\ntrunkline {_called(words)}:{gap}{text}\n")
        return 1
    return 0


def _called(words: Sequence[str]) -> str:
    """Return what a command line runs, as DVC calls it: `ingest@digits`."""
    pairs = dict(zip(words[1::2], words[2::2], strict=False))
    item = pairs.get("--dataset", pairs.get("--study"))
    return "".join(words[:1]) + (f"@{item}" if item else "")


def _worth_reading(record: logging.LogRecord) -> bool:
    """Return whether a user could act on what TensorFlow says.

    It counts what is compiled by the line of code: five strategies, each compiled once, are five
    times the same line, of which it warns.
    """
    return "triggered tf.function retracing" not in record.getMessage()


def start(name: str = "", *words: str) -> None:
    """Pin the runtime, then import the stage `name`, call its `main`, note what it took.

    Args:
        name: a module of this package.
        *words: flags and their values.

    Raises:
        ValueError: there is no such stage or flag, or params.yaml is wrong.
    """
    if name not in names():
        raise ValueError(f"unknown stage '{name}'{naming.suggestion(name, names())}")
    began = time.monotonic()
    runtime.pin(_parameters.load().runtime)  # before the stage imports NumPy
    main = importlib.import_module(f"stages.{name}").main
    arguments = parse(words, main)
    main(**arguments)
    item = arguments.get("study", arguments.get("dataset"))
    _note(f"{name}@{item}" if item else name, time.monotonic() - began)


def names() -> list[str]:
    """Return the names of the stages: the modules of this package without an underscore."""
    return sorted(path.stem for path in Path(__file__).parent.glob("[!_]*.py"))


def parse(words: Sequence[str], main: Callable[..., None]) -> dict[str, Any]:
    """Return the arguments of `main` that `--name value` pairs stand for.

    Raises:
        ValueError: a flag is unknown, given twice, lacks its value, or one is missing.
    """
    parameters = inspect.signature(main, eval_str=True).parameters
    flags = [f"--{name}" for name in parameters]
    if len(words) % 2:
        raise ValueError(f"expected a value after each of {', '.join(flags)}, received {words[-1]}")
    arguments: dict[str, Any] = {}
    for flag, value in zip(words[::2], words[1::2], strict=True):
        name = flag.removeprefix("--")
        if flag not in flags:
            raise ValueError(f"unknown flag '{flag}'{naming.suggestion(flag, flags)}")
        if name in arguments:
            raise ValueError(f"expected '{flag}' once, received it twice")
        arguments[name] = parameters[name].annotation(value)
    missing = [f"--{name}" for name, p in parameters.items() if p.default is p.empty]
    missing = [flag for flag in missing if flag.removeprefix("--") not in arguments]
    if missing:
        raise ValueError(f"missing {', '.join(missing)}")
    return arguments


def _note(run_of: str, seconds: float) -> None:
    """Write what depends on the machine to a file of its own, outside the checked outputs."""
    MACHINE.mkdir(parents=True, exist_ok=True)
    facts = {
        "processor": runtime.processor(),
        "python": platform.python_version(),
        "resident_mib": runtime.resident_mib(),
        "seconds": round(seconds, 3),
    }
    text = json.dumps(facts, indent=2, sort_keys=True) + "\n"
    (MACHINE / f"{run_of}.json").write_text(text, encoding="utf-8")
