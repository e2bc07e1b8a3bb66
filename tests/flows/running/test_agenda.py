"""No stage begins before what it waits for, and all are written down in serial order."""

import dataclasses

import hypothesis
from hypothesis import strategies as st

from flows.running import plan
from flows.running.agenda import Agenda
from flows.running.plan import Ending, State, Step
from tests.flows.running.stand_ins import steps

RAN = Ending(State.RAN)
FAILED = Ending(State.FAILED, "exit code 1")


def given_out(agenda: Agenda, before: Step | None = None) -> list[str]:
    """Return all that may begin now."""
    names = []
    while step := agenda.next(before):
        names.append(step.name)
    return names


def settled(agenda: Agenda) -> list[str]:
    """Return what may be written down now."""
    return [step.name for step, _ in agenda.settled()]


def after(step: Step, *names: str) -> Step:
    """Return a step that comes after others without depending on them."""
    return dataclasses.replace(step, after=names)


def test_each_is_given_out_once_when_all_before_it_have_ended() -> None:
    """And not a second time."""
    listed = steps(a="", b="a", c="a", d="b c")
    agenda = Agenda(listed, keep_going=False)
    assert given_out(agenda) == ["a"]
    agenda.end(listed[0], RAN)
    assert given_out(agenda) == ["b", "c"]
    agenda.end(listed[2], RAN)
    assert given_out(agenda) == []
    agenda.end(listed[1], Ending(State.CACHED))
    assert given_out(agenda) == ["d"]


def test_the_longest_chain_is_the_most_urgent() -> None:
    """Then the place in serial order counts; what merely comes after counts as what depends."""
    listed = steps(a="", b="", c="", d="c", e="")
    listed[4] = after(listed[4], "d")
    agenda = Agenda(listed, keep_going=False)
    assert [agenda.urgency(step) for step in listed] == [
        (-1, 0),
        (-1, 1),
        (-3, 2),
        (-2, 3),
        (-1, 4),
    ]
    assert given_out(agenda) == ["c", "a", "b"]


def test_only_what_is_more_urgent_is_given_out_before_another() -> None:
    """The rest can wait until that one has started."""
    listed = steps(a="", b="", c="b")
    agenda = Agenda(listed, keep_going=False)
    assert given_out(agenda, before=listed[0]) == ["b"]
    assert given_out(agenda) == ["a"]


def test_what_is_written_down_has_no_gap() -> None:
    """What ended out of turn waits for those before it."""
    listed = steps(a="", b="", c="")
    agenda = Agenda(listed, keep_going=False)
    agenda.end(listed[2], RAN)
    agenda.end(listed[0], RAN)
    assert settled(agenda) == ["a"]
    assert settled(agenda) == []
    agenda.end(listed[1], RAN)
    assert settled(agenda) == ["b", "c"]


def test_a_failure_is_a_limit() -> None:
    """What is behind it is neither begun nor written down; what is before it is both."""
    listed = steps(a="", b="", c="", d="")
    agenda = Agenda(listed, keep_going=False)
    assert [agenda.next(), agenda.next()] == listed[:2]
    assert agenda.end(listed[1], FAILED) == []
    assert given_out(agenda) == []
    agenda.end(listed[0], RAN)
    assert settled(agenda) == ["a"]
    assert agenda.limit == 1
    assert agenda.failed() == [listed[1]]
    assert agenda.rest() == listed[2:]


def test_the_first_failure_in_serial_order_is_the_limit() -> None:
    """Whichever comes first in time."""
    listed = steps(a="", b="", c="")
    for order in (listed, listed[::-1]):
        agenda = Agenda(listed, keep_going=False)
        for step in order:
            agenda.end(step, FAILED)
        assert agenda.limit == 0
        assert settled(agenda) == []
        assert agenda.failed() == listed


def test_keep_going_skips_what_a_failure_reaches() -> None:
    """Once, in serial order, whatever else it depends on; the rest goes on."""
    listed = steps(a="", b="a", c="", d="b c", e="c")
    agenda = Agenda(listed, keep_going=True)
    assert agenda.end(listed[0], FAILED) == [listed[1], listed[3]]
    assert agenda.endings["d"] == Ending(State.SKIPPED, "because a failed")
    assert agenda.end(listed[2], FAILED) == [listed[4]]
    assert agenda.endings["d"] == Ending(State.SKIPPED, "because a failed")
    assert settled(agenda) == ["a", "b", "c", "d", "e"]
    assert given_out(agenda) == []
    assert agenda.rest() == []


def test_what_only_comes_after_is_not_skipped() -> None:
    """A frozen stage's order is kept: it begins when those have ended, well or not."""
    listed = steps(a="", b="a", c="", d="")
    listed[2], listed[3] = after(listed[2], "a"), after(listed[3], "b")
    agenda = Agenda(listed, keep_going=True)
    assert given_out(agenda) == ["a"]
    agenda.end(listed[0], FAILED)
    assert given_out(agenda) == ["c", "d"]


def test_in_turn_means_that_nothing_before_it_is_open() -> None:
    """Written down, not only ended; and it comes before all that is merely ready."""
    listed = steps(a="", b="", c="", d="")
    listed[2] = dataclasses.replace(listed[2], in_turn=True)
    agenda = Agenda(listed, keep_going=False)
    assert [agenda.next(), agenda.next()] == listed[:2]
    agenda.end(listed[1], RAN)
    agenda.end(listed[0], RAN)
    assert agenda.next() == listed[3]
    assert settled(agenda) == ["a", "b"]
    assert agenda.next() == listed[2]
    assert agenda.next() is None


@st.composite
def plans(draw: st.DrawFn) -> list[Step]:
    """Draw steps in serial order, some in turn, some merely after others."""
    listed: list[Step] = []
    for position in range(draw(st.integers(1, 8))):
        names = [step.name for step in listed]
        before = draw(st.lists(st.sampled_from(names), max_size=3, unique=True)) if names else []
        cut = draw(st.integers(0, len(before)))
        listed.append(
            plan.Step(
                f"s{position}",
                position,
                upstream=tuple(before[:cut]),
                after=tuple(before[cut:]),
                in_turn=draw(st.integers(0, 4)) == 0,
            )
        )
    return listed


@hypothesis.given(plans(), st.sets(st.integers(0, 7), max_size=3), st.booleans(), st.data())
@hypothesis.settings(max_examples=300, deadline=None, derandomize=True, database=None)
def test_any_plan_in_any_order(
    listed: list[Step], failing: set[int], keep_going: bool, data: st.DataObject
) -> None:
    """Whatever ends when, and whatever fails: every rule of the agenda holds, and none is lost."""
    agenda = Agenda(listed, keep_going=keep_going)
    begun: list[Step] = []
    running: list[Step] = []
    written: list[Step] = []
    while True:
        while step := agenda.next():
            ended = agenda.endings
            assert step not in begun
            assert all(ended[name].state is State.RAN for name in step.upstream)
            assert all(name in ended for name in step.after)
            assert step.position < agenda.limit
            assert not step.in_turn or len(written) == step.position
            begun.append(step)
            running.append(step)
        if not running:
            break
        step = running.pop(data.draw(st.integers(0, len(running) - 1)))
        agenda.end(step, FAILED if step.position in failing else RAN)
        written += [each for each, _ in agenda.settled()]
        assert written == listed[: len(written)]
    serial, skipped = one_by_one(listed, failing, keep_going)
    assert [step.name for step in written] == serial
    assert {name for name, how in agenda.endings.items() if how.state is State.SKIPPED} == skipped


def one_by_one(
    listed: list[Step], failing: set[int], keep_going: bool
) -> tuple[list[str], set[str]]:
    """Return what the serial run does before its end, and what it skips."""
    done: list[str] = []
    bad: set[str] = set()
    skipped: set[str] = set()
    for step in listed:
        if bad.intersection(step.upstream):
            skipped.add(step.name)
            bad.add(step.name)
        elif step.position in failing:
            bad.add(step.name)
            if not keep_going:
                return done, skipped
        done.append(step.name)
    return done, skipped
