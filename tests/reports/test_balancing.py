"""What the report shows of balancers: weights, conflicts, affinity, and arms side by side."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from stages import _findings
from tests.reports import workspace
from trunkline.artifacts import pictures, results, tables
from trunkline.reports import (
    balancing_names,
    drawing,
    figures_affinity,
    figures_balancing,
    figures_scores,
    names,
)
from trunkline.reports.findings import Study
from trunkline.settings import reading
from trunkline.settings.balancers import Balancers

TASKS = ["digit", "parity", "at_least_five"]


def told(folder: Path) -> None:
    """Write what joint training tells of two balancers and of affinity."""
    epochs = range(1, 5)
    weights = [
        ("pcgrad", 300, e, task, 1 + 0.1 * e * k) for e in epochs for k, task in enumerate(TASKS)
    ]
    weights += [("famo", 300, e, task, 1 / (e + k)) for e in epochs for k, task in enumerate(TASKS)]
    conflicts = [("pcgrad", 300, e, 0.6 - 0.1 * e, 0.05 * e - 0.1) for e in epochs]
    pairs = [
        (repeat, a, b, 0.001 * (i - j) if a != b else 0.01)
        for repeat in range(2)
        for i, a in enumerate(TASKS)
        for j, b in enumerate(TASKS)
    ]
    place = folder / "results" / "studies" / "digits" / "multitask"
    for stem, rows, columns in (
        ("weights", weights, ["arm", "budget", "epoch", "task", "weight"]),
        ("conflicts", conflicts, ["arm", "budget", "epoch", "conflicts", "cosine"]),
        ("affinity", pairs, ["repeat", "source", "target", "affinity"]),
    ):
        tables.write(pd.DataFrame(rows, columns=columns), place / f"{stem}.parquet")
    results.write([["digit", "parity"], ["at_least_five"]], place / "groups.json")


def read(folder: Path) -> Study:
    """Read a study as the report stage does."""
    parameters = reading.read(results.read(folder / "params.json"))
    evaluation = folder / "results" / "studies" / "digits" / "evaluation"
    settings = parameters.studies["digits"]
    return _findings.study("digits", settings, evaluation, folder / "plots" / "digits")


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """A study with two balancers beside equal weights."""
    folder = tmp_path_factory.mktemp("balanced")
    parameters: list[dict[str, Any]] = []

    def change(params: dict[str, Any]) -> None:
        params["studies"]["digits"]["multitask"]["balancers"] = {"pcgrad": {}, "famo": {}}
        parameters.append(params)

    workspace.build(folder, change)
    results.write(parameters[0], folder / "params.json")
    told(folder)
    return read(folder)


def test_nothing_told_nothing_shown(tmp_path: Path) -> None:
    """A study of equal weights alone has none of these figures."""
    parameters: list[dict[str, Any]] = []
    workspace.build(tmp_path, parameters.append)
    results.write(parameters[0], tmp_path / "params.json")
    plain = read(tmp_path)
    assert plain.told == {}
    assert figures_balancing.curves(plain) == ()
    assert figures_affinity.matrix(plain) == ()


def test_a_figure_for_each(study: Study) -> None:
    """Weights of each balancer, conflicts of those that saw gradients, one matrix; each drawn."""
    drawn = {one.name: one for one in drawing.of_study(study)}
    wanted = ["weights-pcgrad", "weights-famo", "conflicts", "affinity"]
    assert {f"digits-{name}" for name in wanted} <= set(drawn)
    for name in wanted:
        assert pictures.svg_text(drawn[f"digits-{name}"].figure).startswith("<?xml")
    assert "Weights of the tasks: PCGrad" in drawn["digits-weights-pcgrad"].title
    assert "odd or even" in drawn["digits-weights-famo"].description
    assert "50 % of the pairs in the first epoch, 20 % in the last" in (
        drawn["digits-conflicts"].description
    )


def test_the_affinity_in_words(study: Study) -> None:
    """The strongest help, the strongest harm, and the groups."""
    (drawn,) = figures_affinity.matrix(study)
    at_most, at_least = drawn.description.split("; at the least ")
    assert "a step of “at least five” takes away 0.2 % of the loss of “digit”" in at_most
    assert "a step of “digit” takes away" in at_least
    assert "Proposed groups: “digit” and “odd or even”; “at least five”." in drawn.note


def test_arms_side_by_side(study: Study) -> None:
    """Alone, jointly, and each balancer; no two of them on one line."""
    (drawn,) = figures_scores.side_by_side(study, "multitask")
    (axes,) = drawn.figure.axes
    rows = [line.get_ydata()[0] for line in axes.lines if len(line.get_ydata()) == 2]
    assert len(set(rows)) == len(rows) == 4 * len(TASKS)
    texts = [text.get_text() for text in drawn.figure.legends[0].get_texts()]
    assert texts == ["Alone", "Jointly", "PCGrad", "FAMO"]


def test_every_balancer_has_a_name_and_looks() -> None:
    """All but equal weights, which go by `joint`; no two look the same."""
    assert {"equal", *balancing_names.LABELS} == set(vars(Balancers()))
    arms = [names.arm(name) for name in balancing_names.LABELS]
    assert len({(arm.colour, arm.marker) for arm in arms}) == len(arms)
    assert names.arm("mgda").subject == "joint training under MGDA"
