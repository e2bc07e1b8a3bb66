"""Characters are learned, told and judged from the command line."""

import subprocess
import sys
from pathlib import Path

import pytest

from stages import _stage, judge_oneshot, learn_oneshot, oneshot
from tests.metalearning.oneshot import examples
from trunkline.artifacts import results
from trunkline.settings.metalearning import oneshot as settings

KNOWN = examples.characters()


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make networks so small that they are trained in a second."""
    monkeypatch.setattr(settings, "stated", lambda **_: examples.SMALL)


@pytest.mark.usefixtures("small")
def test_a_model_is_learned_and_told_on_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The error over two runs is printed with its interval, and written with that of each."""
    characters = examples.background(tmp_path / "set.zip", KNOWN)
    learn_oneshot.main(characters=characters, model=tmp_path / "model")
    runs = examples.runs(tmp_path / "runs", KNOWN)
    oneshot.main(runs=runs, model=tmp_path / "model", result=tmp_path / "result.json")
    found = results.read(tmp_path / "result.json")
    assert set(found["runs"]) == {"run01", "run02"}
    assert found["error"]["value"] <= 0.25
    assert capsys.readouterr().out.startswith(f"error {100 * found['error']['value']:.1f} % [")


@pytest.mark.usefixtures("small")
def test_alphabets_are_left_out_in_turn(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A line for each method, and every run in the result."""
    characters = examples.background(tmp_path / "set.zip", KNOWN.only(["Alpha", "Beta"]))
    judge_oneshot.main(characters=characters, result=tmp_path / "result.json", runs="1")
    found = results.read(tmp_path / "result.json")
    assert [run["alphabet"] for run in found["runs"]] == ["Alpha", "Beta"]
    assert len(capsys.readouterr().out.splitlines()) == len(found["arms"]) == 5


@pytest.mark.parametrize("word", ["0", "-1", "many", "1.5"])
def test_a_number_that_is_none_is_refused(word: str) -> None:
    """The flag is named."""
    with pytest.raises(ValueError, match=f"--steps: expected a whole number.*'{word}'"):
        settings.stated(steps=word, members="1")


def test_the_commands_have_flags_of_paths_and_text() -> None:
    """As every stage has."""
    for main in (learn_oneshot.main, oneshot.main, judge_oneshot.main):
        assert set(main.__annotations__.values()) <= {Path, str, None}
    words = ["--runs", "a", "--model", "b", "--result", "c"]
    assert _stage.parse(words, oneshot.main)["runs"] == Path("a")


def test_it_can_be_called_by_its_own_name() -> None:
    """`python -m stages.oneshot` is `python -m stages oneshot`, with its messages."""
    done = subprocess.run(
        [sys.executable, "-m", "stages.oneshot", "--runs", "a"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "trunkline oneshot: missing --model, --result" in done.stderr
