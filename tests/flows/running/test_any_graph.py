"""Random graphs, failures, cached parts and durations end in the bytes of the serial run."""

import shutil
import tempfile
from pathlib import Path

import hypothesis
import pytest
from hypothesis import strategies as st

from tests.flows.running import workspaces
from tests.flows.running.workspaces import content, parallel, serial, write

INPUTS = ("in0", "in1", "in2")


@st.composite
def graphs(draw: st.DrawFn) -> dict[str, object]:
    """Draw the stages of a `dvc.yaml`, listed in any order, each with one to three inputs."""
    stages: dict[str, object] = {}
    made: list[str] = []
    for number in range(draw(st.integers(1, 7))):
        deps = draw(
            st.lists(st.sampled_from([*INPUTS, *made]), min_size=1, max_size=3, unique=True)
        )
        pause = draw(st.sampled_from([0, 0, 0.05, 0.15]))
        out, kind = f"o/{number}", draw(st.sampled_from(["outs", "outs", "metrics", "folder"]))
        writes = f"cat {' '.join(deps)} > {out}"
        if kind == "folder":
            writes = f"mkdir {out} && cat {' '.join(deps)} > {out}/x"
        # A stage whose name stands in the file `fails` writes something, then fails.
        stages[f"s{number}"] = {
            "cmd": f"sleep {pause}; {writes}; ! grep -qx {number} fails",
            "deps": deps,
            ("outs" if kind == "folder" else kind): [
                {out: {"cache": False}} if kind == "metrics" else out
            ],
            **({"frozen": True} if draw(st.integers(0, 9)) == 0 else {}),
        }
        made += [] if kind == "folder" else [out]
    if draw(st.booleans()):  # it reads the lines of .gitignore, too
        stages["around"] = {"cmd": "ls o > around", "deps": ["o"], "outs": ["around"]}
    order = draw(st.permutations(list(stages)))
    return {name: stages[name] for name in order}


@st.composite
def turns(draw: st.DrawFn) -> tuple[dict[str, str], bool, int]:
    """Draw what changes before a run, whether it goes on after failures, and its cores."""
    changed = draw(st.dictionaries(st.sampled_from(INPUTS), st.sampled_from("abc"), max_size=2))
    failing = draw(st.lists(st.integers(0, 6), max_size=2))
    lines = "".join(f"{number}\n" for number in failing)
    return {**changed, "fails": lines}, draw(st.booleans()), draw(st.integers(1, 4))


def states(folder: Path) -> tuple[dict[str, bytes | str], set[str]]:
    """Return what must be equal, and the names in the cache, where more may be."""
    found = content(folder)
    cached = {name for name in found if name.startswith(".dvc/cache")}
    return {name: data for name, data in found.items() if name not in cached}, cached


def compare(stages: dict[str, object], runs: list[tuple[dict[str, str], bool, int]]) -> None:
    """Run the same things in both ways, and compare after each."""
    base = Path(tempfile.mkdtemp())
    try:
        files = {**dict.fromkeys(INPUTS, "start"), "fails": "", "o/.gitkeep": ""}
        one = workspaces.make(base / "one", stages, files)
        two = workspaces.twin(one)
        for change, keep_going, jobs in runs:
            write(one, change)
            write(two, change)
            said = serial(one, on_error="keep-going" if keep_going else "fail")
            assert bool(parallel(two, keep_going=keep_going, jobs=jobs)) == bool(said)
            (outside, cached), (outside_two, cached_two) = states(one), states(two)
            assert outside_two == outside
            assert cached_two >= cached
    finally:
        shutil.rmtree(base)


SETTINGS = {"deadline": None, "derandomize": True, "database": None}


@hypothesis.given(graphs(), st.lists(turns(), min_size=1, max_size=3))
@hypothesis.settings(max_examples=8, phases=[hypothesis.Phase.generate], **SETTINGS)
def test_a_few_graphs(
    stages: dict[str, object], runs: list[tuple[dict[str, str], bool, int]]
) -> None:
    """Whatever the graph and whatever fails, both ways leave the same."""
    compare(stages, runs)


@pytest.mark.slow
@hypothesis.given(graphs(), st.lists(turns(), min_size=1, max_size=4))
@hypothesis.settings(max_examples=60, **SETTINGS)
def test_many_graphs(
    stages: dict[str, object], runs: list[tuple[dict[str, str], bool, int]]
) -> None:
    """The same, for many more."""
    compare(stages, runs)
