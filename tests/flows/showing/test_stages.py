"""The stages of a run as a table."""

from flows.running.plan import State
from flows.showing import stages
from flows.showing.progress import Row

ROWS = [
    Row("validate@digits", State.CACHED),
    Row("train", State.FAILED, "exit code 1\nno space", 2.0, 3.23456),
    Row("report", State.RUNNING, "", 3.0),
]


def test_each_stage_is_a_row() -> None:
    """A stage that never ran has no seconds; one that runs has those so far."""
    cached, failed, running = stages.records(ROWS, 4.5)
    assert cached == {
        "Stage": "validate@digits", "State": "cached", "Seconds": "", "Message": "",
    }  # fmt: skip
    assert failed["Seconds"] == 1.235
    assert failed["Message"] == "exit code 1 no space"
    assert running["Seconds"] == 1.5


def test_results_say_whether_they_are_of_this_run() -> None:
    """A stage outside of the plan leaves what an earlier run wrote."""
    states = stages.states(ROWS)
    assert stages.told("train", states) == "failed"
    assert stages.told("evaluate", states) == "not in this run"
    assert stages.items("validate", states) == ["digits"]
