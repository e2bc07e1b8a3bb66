"""A study of many tasks stays a page: figures and matrices are capped, and say so."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.reports import workspace
from trunkline.reports import confusions, page

TASKS = 30


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page of a study that learns 30 tasks jointly."""
    folder = tmp_path_factory.mktemp("many")

    def change(params: dict[str, Any]) -> None:
        params["studies"].pop("latent")
        study = params["studies"]["digits"]
        study.pop("finetune")
        study.pop("pretrain")
        names = [f"task_{number}" for number in range(TASKS)]
        study["tasks"] = {
            name: {"kind": "binary", "target": "digit", "title": name, "positive": [number % 10]}
            for number, name in enumerate(names)
        }
        study["multitask"] = {"tasks": names, "rows": 300}

    workspace.build(folder, change)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        workspace.run(folder)
    return (folder / "reports" / "index.html").read_text(encoding="utf-8")


def test_figures_are_capped(text: str) -> None:
    """One figure of scores, of the first tasks, and as many training curves; each says so."""
    assert text.count("<figure ") == 1 + 12
    assert "The first 12 of 30 tasks." in text
    assert f"The first 12 of {TASKS} figures." in text


def test_matrices_are_capped(text: str) -> None:
    """Two for each of the first tasks, and a sentence of how many there are."""
    assert text.count('<table class="matrix">') == 2 * confusions.MOST
    assert "Of 30 tasks the first 12 are shown." in text


def test_no_number_is_left_out(text: str) -> None:
    """All tasks have their answer and their table; those beyond the first are folded away."""
    assert text.count('<section class="answer">') == TASKS
    assert text.count('<table class="scores">') == TASKS
    folded = re.findall(r"<summary>The other (\d+) tasks", text)
    assert folded == [str(TASKS - page.MOST)] * 3


def test_a_sentence_names_few(text: str) -> None:
    """The summary names some of the tasks and counts the others."""
    assert "on “task_0”, “task_1”, " in text
    assert f"“task_6” and {TASKS - 7} other tasks." in text


def test_gains_of_many_tasks_are_counted(text: str) -> None:
    """Beside the cost stand no 30 columns, but how many tasks were helped and hurt."""
    assert f"helps 0, hurts 0 of {TASKS} tasks" in text


def test_small(tmp_path: Path) -> None:
    """Nothing is said of a cap that does not bind."""
    workspace.build(tmp_path)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path)
        workspace.run(tmp_path)
    text = (tmp_path / "reports" / "index.html").read_text(encoding="utf-8")
    assert "The first 12 of" not in text
    assert "the first 12 are shown" not in text
