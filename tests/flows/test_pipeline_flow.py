"""The flow's command line, what it hands on, and what it answers; without a Prefect server."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from prefect.exceptions import TerminationSignal
from prefect.states import Cancelled, Completed, Crashed, Failed

from flows import committing, pipeline, watched
from flows.running import holder, plan, repository, session, strays
from flows.trail import programs

ALL = {
    "targets": [],
    "jobs": None,
    "overrides": {},
    "force": False,
    "pull": False,
    "push": False,
    "keep_going": False,
    "wait": False,
    "commit": False,
    "branch": None,
}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, object]]:
    """Return what runs a command line, and returns what the flow is asked for."""

    def run(*arguments: str, code: int = 0) -> dict[str, object]:
        given: dict[str, object] = {}

        def flow(**named: object) -> object:
            given.update(named)
            return Completed()

        monkeypatch.setattr(pipeline, "pipeline", flow)
        assert pipeline.main(arguments) == code
        return given

    return run


def test_a_bare_command_line_asks_for_all(asked: Callable[..., dict[str, object]]) -> None:
    """Nothing is asked for beyond that; how it ended is returned, not raised."""
    assert asked() == {**ALL, "return_state": True}


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["train", "sub/dvc.yaml:a"], {"targets": ["train", "sub/dvc.yaml:a"]}),
        (["--jobs", "3"], {"jobs": 3}),
        (["-j1", "train"], {"jobs": 1, "targets": ["train"]}),
        (
            ["--set", "a.b=[1, 2]", "-S", "other.yaml:c=x"],
            {"overrides": {"a.b": [1, 2], "other.yaml:c": "x"}},
        ),
        (["--force", "--pull", "--push"], {"force": True, "pull": True, "push": True}),
        (["-f", "-k", "--wait"], {"force": True, "keep_going": True, "wait": True}),
        (["--keep-going"], {"keep_going": True}),
        (["--commit"], {"commit": True}),
        (["--branch", "runs/x"], {"branch": "runs/x"}),
    ],
)
def test_each_argument_is_handed_on(
    asked: Callable[..., dict[str, object]], arguments: list[str], expected: dict[str, object]
) -> None:
    """Under the name of the flow's parameter."""
    assert asked(*arguments) == {**ALL, **expected, "return_state": True}


@pytest.mark.parametrize("number", ["0", "-1", "two", "1.5", "", "²"])
def test_jobs_must_be_a_number(number: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The message has what was expected and received."""
    with pytest.raises(SystemExit, match=r"^2$"):
        pipeline.main([f"--jobs={number}"])
    said = f"argument --jobs/-j: expected a whole number of 1 or more, received '{number}'"
    assert said in capsys.readouterr().err


def test_help_says_what_codes_mean(capsys: pytest.CaptureFixture[str]) -> None:
    """All that there are."""
    with pytest.raises(SystemExit, match=r"^0$"):
        pipeline.main(["--help"])
    said = " ".join(capsys.readouterr().out.split())
    for code in ("0 done", "1 a stage failed", "2 the command line", "130 interr", "143 termin"):
        assert code in said


def test_an_assignment_that_is_none_is_an_answer(
    asked: Callable[..., dict[str, object]], capsys: pytest.CaptureFixture[str]
) -> None:
    """Before any flow run is made."""
    assert asked("--set", "rate", code=1) == {}
    assert capsys.readouterr().err.startswith("error: --set: expected path=value")


@pytest.mark.parametrize(
    ("state", "code", "said"),
    [
        (Completed(message="3 metrics"), 0, ""),
        (Failed(message="failed: train"), 1, "error: failed: train\n"),
        (Crashed(message="out of memory"), 1, "error: out of memory\n"),
        (Cancelled(), 1, "error: the flow run failed\n"),
    ],
)
def test_the_exit_code_is_how_the_flow_run_ended(
    state: Any,
    code: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What went wrong is told in its words."""
    monkeypatch.setattr(pipeline, "pipeline", lambda **_: state)
    assert pipeline.main([]) == code
    assert capsys.readouterr().err == said


@pytest.mark.parametrize(
    ("signal", "code"), [(KeyboardInterrupt(), 130), (TerminationSignal(15), 143)]
)
def test_signals_have_their_codes(
    signal: BaseException, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As shells count them."""

    def flow(**_: object) -> None:
        raise signal

    monkeypatch.setattr(pipeline, "pipeline", flow)
    assert pipeline.main([]) == code


class Called:
    """Takes the place of what runs a workspace.

    Args:
        error: What goes wrong.
    """

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.given: tuple[object, ...] = ()

    def __call__(self, *given: object) -> str:
        """Remember what was given."""
        self.given = given
        if self.error:
            raise self.error
        return "accuracy: 0.5"


def test_the_flow_runs_where_it_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With all that was asked for; what there is to say is in the state."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(watched, "run", called := Called())
    state = pipeline.pipeline.fn(["a"], 2, {"x": 1}, True, False, True, False, True)
    options = session.Options(["a"], 2, {"x": 1}, True, False, True, False, True)
    assert called.given == (tmp_path, tmp_path, options)
    assert (state.type, state.message) == (Completed().type, "accuracy: 0.5")


@pytest.mark.parametrize(
    ("named", "branch"),
    [
        ({"commit": True}, None),
        ({"branch": "runs/x"}, "runs/x"),
        ({"commit": True, "branch": "y"}, "y"),
    ],
)
def test_a_trail_is_left_when_asked_for(
    named: dict[str, Any], branch: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A branch alone asks for it, too."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(committing, "run", called := Called())
    monkeypatch.setattr(watched, "run", Called(AssertionError("not here")))
    assert pipeline.pipeline.fn(**named).is_completed()
    assert called.given == (tmp_path, session.Options(), branch)


@pytest.mark.parametrize(
    "error",
    [
        plan.StagesFailedError("failed: train"),
        holder.WorkspaceHeldError("this workspace is held by process 7: x"),
        repository.RefusedError("Stage 'x' not found"),
        programs.ProgramError("git said no"),
        strays.StrayAlive("7 (sleep) lives on"),
        ValueError("dvc.yaml: stage 'b': meta.cpus: no"),
    ],
)
def test_what_is_expected_to_go_wrong_has_no_trace_of_calls(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The flow run fails with the words alone."""
    monkeypatch.setattr(watched, "run", Called(error))
    state = pipeline.pipeline.fn()
    assert state.is_failed()
    assert state.message == str(error)


def test_what_is_not_expected_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Prefect shows where it came from."""
    monkeypatch.setattr(watched, "run", Called(RuntimeError("a defect")))
    with pytest.raises(RuntimeError, match="a defect"):
        pipeline.pipeline.fn()


def test_a_wrong_number_of_cores_from_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """A form in a browser is no command line; the words are the same."""
    monkeypatch.setattr(watched, "run", Called(AssertionError("not here")))
    message = pipeline.pipeline.fn(jobs=-1).message
    assert message == "jobs: expected a whole number of 1 or more, received -1"


def test_a_temporary_server_that_does_not_start_is_no_riddle(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It says what to do; other errors of that kind are not taken for it."""

    def late(**_: object) -> None:
        raise RuntimeError("Timed out while attempting to connect to ephemeral Prefect API server.")

    def broken(**_: object) -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr(pipeline, "pipeline", late)
    assert pipeline.main([]) == 1
    assert "make server" in capsys.readouterr().err
    monkeypatch.setattr(pipeline, "pipeline", broken)
    with pytest.raises(RuntimeError, match=r"^a defect$"):
        pipeline.main([])
