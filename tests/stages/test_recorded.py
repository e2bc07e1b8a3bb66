"""Entries that DVC asks params.yaml for, whatever the defaults of stages are."""

from pathlib import Path

import pytest
import ruamel.yaml

from stages import _parameters


def written(folder: Path, monkeypatch: pytest.MonkeyPatch, **changed: object) -> None:
    """Write params.yaml of the project with other entries of recommenders, and go there."""
    plain = ruamel.yaml.YAML(typ="safe", pure=True)
    content = plain.load(Path("params.yaml").read_text("utf-8"))
    content = {**content, **changed}
    content = {name: value for name, value in content.items() if value is not None}
    with (folder / "params.yaml").open("w", encoding="utf-8") as file:
        plain.dump(content, file)
    monkeypatch.chdir(folder)


def test_the_project_has_what_dvc_asks_for() -> None:
    """Nothing is told."""
    _parameters.check_recorded()


@pytest.mark.parametrize("kind", ["recommenders", "metalearners"])
def test_a_project_without_such_studies_says_so(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DVC repeats stages over an entry that must be there, and may be empty."""
    written(tmp_path, monkeypatch, **{kind: None})
    with pytest.raises(ValueError, match=rf"{kind}: .* write `{kind}: \{{\}}` if there are none"):
        _parameters.check_recorded()
    written(tmp_path, monkeypatch, **{kind: {}})
    _parameters.check_recorded()


def test_a_recommender_names_its_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a table of users, the interactions stand in for it."""
    written(tmp_path, monkeypatch, recommenders={"films": {"dataset": "taken", "items": {}}})
    told = r"films: DVC asks where facts about users are: write `users: \{dataset: taken\}`"
    with pytest.raises(ValueError, match=told):
        _parameters.check_recorded()
