"""The paths that people are shown are those that `dvc.yaml` states."""

from pathlib import Path

import yaml

from flows.showing import places
from stages import _stage

GRAPH = yaml.safe_load(Path("dvc.yaml").read_text("utf-8"))["stages"]


def outputs(stage: str) -> list[str]:
    """Return the outputs of a stage, as `dvc.yaml` writes them."""
    return list(GRAPH[stage].get("do", GRAPH[stage])["outs"])


def test_the_report_is_where_its_stage_writes_it() -> None:
    """One of the outputs."""
    assert places.REPORT in outputs("report")


def test_verdicts_are_where_their_stage_writes_them() -> None:
    """In a folder for each study."""
    folder, _, file = places.COMPARISONS.rpartition("/")
    assert f"{places.STUDIES}/${{key}}/{folder}" in outputs(places.JUDGES)
    assert file == "comparisons.json"
    assert places.TASKS.startswith(f"{folder}/")


def test_verdicts_on_meta_learners_are_where_their_stage_writes_them() -> None:
    """In a folder for each study, beside what their episodes are."""
    folder, _, file = places.FACTS.rpartition("/")
    assert f"{places.METALEARNERS}/${{key}}/{folder}" in outputs(places.JUDGES_EPISODES)
    assert places.COMPARISONS.startswith(f"{folder}/")
    assert file == "facts.json"


def test_validation_is_where_its_stage_writes_it() -> None:
    """In a folder for each dataset."""
    assert f"{places.DATASETS}/${{key}}" in outputs(places.CHECKS)


def test_facts_of_the_machine_are_where_stages_write_them() -> None:
    """Outside of what is checked."""
    assert Path(places.MACHINE) == _stage.MACHINE
