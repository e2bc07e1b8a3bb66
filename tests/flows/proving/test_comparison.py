from collections.abc import Sequence

from flows.proving import comparison
from flows.proving.comparison import Standing
from flows.proving.records import Output, Stage

# prepare -> model -> score, and beside them a stage on its own
PLAN = ("prepare", "model", "score", "alone")
CODE = {name: f"{name}.py" for name in PLAN}


def recorded(**outs: str) -> tuple[Stage, ...]:
    """Return the records of the plan; each output has the hash `1` unless it is given."""
    hashes = {**dict.fromkeys(PLAN, "1"), **outs}
    before = {"model": "prepare", "score": "model"}
    return tuple(
        Stage(
            name,
            command=f"python {name}.py",
            parameters={"params.yaml: seed": 1},
            dependencies={CODE[name]: "c"}
            | ({f"data/{before[name]}": hashes[before[name]]} if name in before else {}),
            outputs={f"data/{name}": Output(f"data/{name}", hashes[name])},
        )
        for name in PLAN
    )


def changed(stages: Sequence[Stage], name: str, **fields: object) -> tuple[Stage, ...]:
    """Return the records with some fields of a stage replaced."""
    return tuple(
        Stage(**{**vars(stage), **fields}) if stage.name == name else stage for stage in stages
    )


def standings(before: Sequence[Stage], after: Sequence[Stage]) -> dict[str, Standing]:
    """Return what became of each stage."""
    return {verdict.stage: verdict.standing for verdict in comparison.compare(before, after)}


SAME = dict.fromkeys(PLAN, Standing.SAME)


def test_equal_records_are_the_same() -> None:
    """Equal hashes everywhere."""
    assert standings(recorded(), recorded()) == SAME


def test_only_the_stage_with_equal_dependencies_is_the_culprit() -> None:
    """What depends on its output follows from it; what does not, differs on its own."""
    after = recorded(prepare="2", model="2", alone="2")
    assert standings(recorded(), after) == SAME | {
        "prepare": Standing.DIFFERS,
        "model": Standing.FOLLOWS,
        "alone": Standing.DIFFERS,
    }


def test_a_stage_that_gives_the_same_from_other_input_is_the_same() -> None:
    """A difference that does not reach an output stops there."""
    after = recorded(prepare="2")
    assert standings(recorded(), after) == SAME | {"prepare": Standing.DIFFERS}


def test_inputs_that_no_earlier_stage_explains_make_a_record_stale() -> None:
    """Other code, another parameter, another command: each is named."""
    before = changed(recorded(), "model", dependencies={"model.py": "old", "data/prepare": "1"})
    before = changed(before, "score", parameters={"params.yaml: seed": 2})
    before = changed(before, "alone", command="python old.py")
    verdicts = {v.stage: v for v in comparison.compare(before, recorded(model="2", score="2"))}
    assert [verdicts[name].standing for name in PLAN] == [Standing.SAME, *[Standing.STALE] * 3]
    assert verdicts["model"].inputs == ("model.py",)
    assert verdicts["score"].inputs == ("params.yaml: seed",)
    assert verdicts["alone"].inputs == ("command",)


def test_folders_explain_what_is_in_them_and_around_them() -> None:
    """A dependency inside another output, or around one, follows from it."""
    before = changed(recorded(), "model", dependencies={"data": "old", "data/prepare/x": "old"})
    after = changed(
        recorded(prepare="2", model="2"),
        "model",
        dependencies={"data": "new", "data/prepare/x": "y"},
    )
    assert standings(before, after)["model"] is Standing.FOLLOWS


def test_what_is_not_recorded_is_told() -> None:
    """Before: new; after: it did not run."""
    before = changed(recorded(), "alone", recorded=False, outputs={})
    after = changed(recorded(), "score", recorded=False)
    assert standings(before, after) == SAME | {
        "alone": Standing.NEW,
        "score": Standing.MISSING,
    }


def test_sources_are_told_of_only_if_they_changed() -> None:
    """Data that is brought is nothing to reproduce."""
    before = changed(recorded(), "alone", runs=False)
    assert "alone" not in standings(before, before)
    after = changed(recorded(alone="2"), "alone", runs=False)
    assert standings(before, after)["alone"] is Standing.DIFFERS
