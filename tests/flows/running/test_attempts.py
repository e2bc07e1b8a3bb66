"""A stage's thread runs its commands as often as it is told, and never waits for good."""

import contextlib
import queue
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from flows.running import attempts
from flows.running.attempts import Attempt, News, Work
from flows.running.plan import Ending, State
from tests.flows.running.stand_ins import steps

STEP = steps(a="")[0]
LIMIT = 60.0  # seconds; what takes so long never comes
News_ = queue.SimpleQueue[News]


class Log:
    """A log that remembers what it was told and how often it was opened."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.opened = 0
        self.open = False

    @contextlib.contextmanager
    def __call__(self, say: attempts.Say) -> Iterator[attempts.Say]:
        """Open it."""
        self.opened += 1
        self.open = True

        def write(line: str) -> None:
            assert self.open
            self.lines.append(line)
            say(line)

        yield write
        self.open = False


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    """Return threads; all have ended afterwards."""
    with ThreadPoolExecutor() as pool:
        yield pool


def start(
    threads: ThreadPoolExecutor, work: Work, said: list[str]
) -> tuple[Attempt, News_, "Future[Ending]"]:
    """Start an attempt in a thread."""
    news: News_ = queue.SimpleQueue()
    attempt = Attempt(STEP, work, news)
    return attempt, news, threads.submit(attempt.run, said.append)


def test_a_thread_waits_for_how_it_ended(threads: ThreadPoolExecutor) -> None:
    """The coordinator says it, once it has seen the outputs."""
    log, said = Log(), list[str]()
    attempt, news, future = start(threads, Work(lambda say: say("> true"), log), said)
    assert news.get(timeout=LIMIT) == News(attempt)
    assert not future.done()
    attempt.end(Ending(State.RAN))
    assert future.result(LIMIT) == Ending(State.RAN)
    assert said == log.lines == ["> true"]
    assert not log.open


def test_all_attempts_are_in_one_log(threads: ThreadPoolExecutor) -> None:
    """With the reason for each further one."""
    log, said, left = Log(), list[str](), iter("ab")

    def run(say: attempts.Say) -> None:
        say("> try")
        for word in left:
            raise RuntimeError(word)

    attempt, news, future = start(threads, Work(run, log), said)
    for word in "ab":
        told = news.get(timeout=LIMIT)
        assert (str(told.error), told.lost, told.reason) == (word, False, word)
        attempt.once_more()
    assert news.get(timeout=LIMIT) == News(attempt)
    attempt.end(Ending(State.RAN))
    assert future.result(LIMIT) == Ending(State.RAN)
    assert said == ["> try", "attempt 2, because: a", "> try", "attempt 3, because: b", "> try"]
    assert log.opened == 1


def test_a_cancelled_thread_ends(threads: ThreadPoolExecutor) -> None:
    """Whether it asks before or after that."""
    attempt, news, future = start(threads, Work(lambda say: None, Log()), [])
    attempt.cancel()
    assert future.result(LIMIT) == Ending(State.CANCELLED, "the run was stopped")
    assert news.get(timeout=LIMIT) == News(attempt)


def test_a_log_that_fails_is_no_silent_end(threads: ThreadPoolExecutor) -> None:
    """Who waits for the thread is told the reason, and so is who started it."""

    def run(say: attempts.Say) -> None:
        raise RuntimeError("exit code 1")

    def full(line: str) -> None:
        raise OSError("disk full")

    attempt = Attempt(STEP, Work(run, contextlib.nullcontext), news := queue.SimpleQueue())
    future = threads.submit(attempt.run, full)
    assert news.get(timeout=LIMIT).reason == "exit code 1"
    attempt.once_more()
    lost = news.get(timeout=LIMIT)
    assert (lost.lost, lost.reason) == (True, "its task ended before its command did: disk full")
    with pytest.raises(OSError, match="disk full"):
        future.result(LIMIT)


def test_a_thread_may_be_lost_without_a_reason() -> None:
    """Then that is all there is to say."""
    attempt = Attempt(STEP, Work(lambda say: None, Log()), queue.SimpleQueue())
    assert News(attempt, lost=True).reason == "its task ended before its command did"
