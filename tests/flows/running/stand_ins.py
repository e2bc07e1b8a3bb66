"""Stand-ins for DVC, for threads and for commands, so that a coordinator is tested alone."""

import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from flows.running import attempts, coordinator, plan, resources
from flows.running.plan import Ending, StageError, State
from tests.flows.running import workspaces

Command = Callable[[], object]


def steps(**upstream: str) -> list[plan.Step]:
    """Return steps in serial order, each with the names of those it depends on."""
    return [
        plan.Step(name, position, upstream=tuple(names.split()))
        for position, (name, names) in enumerate(upstream.items())
    ]


@dataclass
class Repository:
    """Takes down what it is asked, in order, and answers as it was told.

    Args:
        begins: What a step comes to without a process, where that is not RUNNING.
        refuses: What goes wrong, by call, such as `begin a`.
        calls: What it was asked.
    """

    begins: Mapping[str, State] = field(default_factory=dict)
    refuses: Mapping[str, BaseException] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)

    def _take_down(self, call: str) -> None:
        self.calls.append(call)
        if call in self.refuses:
            raise self.refuses[call]

    def begin(self, step: plan.Step) -> State:
        """Take down a step, and say how far it came."""
        self._take_down(f"begin {step.name}")
        return self.begins.get(step.name, State.RUNNING)

    def again(self, step: plan.Step) -> None:
        """Take down a step."""
        self._take_down(f"again {step.name}")

    def finish(self, step: plan.Step) -> None:
        """Take down a step."""
        self._take_down(f"finish {step.name}")

    def retire(self, step: plan.Step, state: State) -> None:
        """Take down a step and how it ended."""
        self._take_down(f"retire {step.name} {state.value}")

    def forget(self, step: plan.Step) -> None:
        """Take down a step."""
        self._take_down(f"forget {step.name}")

    def write(self, *, idle: bool = False) -> None:
        """Take down a write that must be; others come as often as threads let them."""
        if not idle:
            self._take_down("write")

    @contextlib.contextmanager
    def unlocked(self) -> Iterator[None]:
        """Take down the way back, if it was not a good one."""
        try:
            yield
        except BaseException:
            self._take_down("lock again")
            raise

    def asked(self, *kinds: str) -> list[str]:
        """Return the calls of some kinds, in order."""
        return [call for call in self.calls if call.split()[0] in kinds]


@dataclass
class Telling(workspaces.Seen):
    """An observer that passes on what it is told.

    Args:
        then: Is called with the name of the step, its state and the message.
    """

    then: Callable[[str, State, str], object] = lambda *_: None

    def entered(self, step: plan.Step, state: State, message: str = "") -> None:
        """Remember a state, and pass it on."""
        super().entered(step, state, message)
        self.then(step.name, state, message)


def at(name: str, state: State, act: Command) -> Telling:
    """Return an observer that does something when a step enters a state."""
    return Telling(then=lambda *moment: act() if moment[:2] == (name, state) else None)


def interrupt() -> None:
    """Do what Ctrl-C does."""
    raise KeyboardInterrupt


@dataclass
class Run:
    """A run of a plan whose commands are functions.

    Args:
        steps: The plan.
        repository: What stands for DVC.
        commands: What each step does; nothing, if it is not there.
        jobs: Cores.
        keep_going: As a coordinator takes it.
        launch: Comes before a thread is launched; may raise, or return a future of its own.
        log: Opens the log of a step.
        stop: Ends commands.
        news: What the coordinator listens to, in place of a queue.
    """

    steps: Sequence[plan.Step]
    repository: Repository = field(default_factory=Repository)
    commands: Mapping[str, Command] = field(default_factory=dict)
    jobs: int = 99
    keep_going: bool = False
    launch: Callable[[plan.Step], attempts.Done | None] = lambda step: None
    log: Callable[[attempts.Say], contextlib.AbstractContextManager[attempts.Say]] = (
        contextlib.nullcontext
    )
    stop: Command = lambda: None
    news: Any = None
    seen: workspaces.Seen = field(default_factory=workspaces.Seen)
    launched: list[str] = field(default_factory=list)
    answers: "dict[str, Future[Ending]]" = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    endings: Mapping[str, Ending] = field(default_factory=dict)

    def __call__(self) -> dict[str, str]:
        """Run it; return the state in which each step ended."""
        with ThreadPoolExecutor(len(self.steps) + 1) as threads:

            def launch(step: plan.Step, body: attempts.Body) -> attempts.Done:
                self.launched.append(step.name)
                future = self.launch(step)
                if future is None:
                    future = self.answers[step.name] = threads.submit(body, self.lines.append)
                return future

            made = coordinator.Coordinator(
                self.steps,
                self.repository,
                resources.Pool(self.jobs, 0),
                self._work,
                launch,
                self.seen,
                keep_going=self.keep_going,
            )
            made._news = self.news or made._news
            self.endings = made.run(self._stop)
        return self.seen.last()

    def fails(self) -> str:
        """Run it; return what it says about stages that failed."""
        try:
            self()
        except plan.StagesFailedError as error:
            return str(error)
        return "nothing failed"

    def _work(self, step: plan.Step) -> attempts.Work:
        self.repository.calls.append(f"work {step.name}")
        command = self.commands.get(step.name, lambda: None)

        def run(_: attempts.Say) -> None:
            command()

        return attempts.Work(run, self.log)

    def _stop(self) -> None:
        self.repository.calls.append("stop")
        self.stop()


def fail(message: str = "exit code 1") -> Command:
    """Return a command that fails."""

    def run() -> None:
        raise RuntimeError(message)

    return run


def refuse(message: str) -> StageError:
    """Return DVC's refusal."""
    return StageError(message)


class Gate:
    """Lets commands wait for each other; none waits for good."""

    LIMIT = 60.0

    def __init__(self) -> None:
        self._open = threading.Event()

    def open(self) -> None:
        """Let those who wait go on."""
        self._open.set()

    def wait(self) -> None:
        """Wait until it is open."""
        assert self._open.wait(self.LIMIT), "the other side never came"


def raising(error: BaseException) -> Callable[..., None]:
    """Return a function that fails, whatever it is given."""

    def run(*_: object, **__: object) -> None:
        raise error

    return run
