"""What depended on the machine: facts that stages leave beside their outputs."""

from collections.abc import Mapping
from pathlib import Path

from flows.running.plan import State
from flows.showing import files, places, words

Record = dict[str, str | float]


def records(root: Path, states: Mapping[str, State]) -> list[Record]:
    """Return the facts of each stage of the run as rows under headings.

    The facts of a stage that did not run are of the time it last did.

    Args:
        root: The folder of `dvc.yaml`.
        states: What became of each stage of the run, in serial order.

    Returns:
        A row for each stage; none where no stage left any facts.
    """
    folder = root / places.MACHINE
    if not folder.is_dir():
        return []
    found = {name: files.read(folder / f"{name}.json") for name in states if "/" not in name}
    if all(content.problem == files.NOT_THERE for content in found.values()):
        return []
    facts = {name: _facts(content) for name, content in found.items()}
    headings = sorted({heading for known in facts.values() for heading in known})
    return [
        {
            "Stage": name,
            "In this run": states[name].value,
            **{heading: known.get(heading, "") for heading in headings},
        }
        for name, known in facts.items()
    ]


def _facts(content: files.Content) -> Record:
    if content.problem or not isinstance(content.value, dict):
        return {"note": content.problem or "damaged: expected a mapping"}
    return {
        _heading(str(key)): value if isinstance(value, int | float) else words.one_line(str(value))
        for key, value in content.value.items()
    }


def _heading(key: str) -> str:
    return words.one_line(key.replace("_mib", " (MiB)").replace("_", " "))
