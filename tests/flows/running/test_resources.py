"""`meta:` of a stage is read as it says, and nobody gets more than there is."""

import re
from itertools import combinations

import hypothesis
import pytest
from hypothesis import strategies as st

from flows.running import resources
from flows.running.resources import Pool, Resources

KEPT = {"cpus": 2, "memory": 3 * 2**30, "mutex": ["gpu", "db"], "timeout": "1.5h", "retries": 3}


def test_all_keys_are_read() -> None:
    """Each key of ours has its field."""
    asked = resources.parse("train", KEPT)
    assert asked == Resources(2, 3 * 2**30, frozenset({"gpu", "db"}), 5400.0, 3)


@pytest.mark.parametrize("meta", [None, {}, "a note", ["gpu"], {"owner": "us", "cpu": "many"}])
def test_what_is_not_ours_says_nothing(meta: object) -> None:
    """A stage without `meta:`, or with keys of others, has one core, and no limits."""
    assert resources.parse("train", meta) == Resources(1, 0, frozenset(), None, 0)


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        (1024, 1024),
        ("2GiB", 2**31),
        ("0.5 MiB", 2**19),
        ("3KB", 3000),
        ("1.5GB", 1_500_000_000),
        (1e9, 10**9),
    ],
)
def test_memory_is_read_with_its_unit(written: object, amount: int) -> None:
    """A number is bytes; binary and decimal units are told apart."""
    assert resources.parse("train", {"memory": written}).memory == amount


@pytest.mark.parametrize(
    ("written", "seconds"), [(90, 90), ("90", 90), ("90 s", 90), ("1.5m", 90), (0.5, 0.5)]
)
def test_timeout_is_read_with_its_unit(written: object, seconds: float) -> None:
    """A number is seconds."""
    assert resources.parse("train", {"timeout": written}).timeout == seconds


def test_one_mutex_needs_no_list() -> None:
    """A name alone is a list of one name."""
    assert resources.parse("train", {"mutex": "gpu"}).mutex == frozenset({"gpu"})


WHOLE = "expected a whole number of {} or more"
MEMORY = "expected a number of bytes, or one with KiB, MiB or GiB"
SECONDS = "expected seconds above 0, or a number with s, m or h"
NAMES = "expected a name or a list of names"


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("cpus", 0, WHOLE.format(1)),
        ("cpus", -1, WHOLE.format(1)),
        ("cpus", 1.5, WHOLE.format(1)),
        ("cpus", "2", WHOLE.format(1)),
        ("cpus", True, WHOLE.format(1)),
        ("cpus", None, WHOLE.format(1)),
        ("retries", -1, WHOLE.format(0)),
        ("retries", "often", WHOLE.format(0)),
        ("memory", "much", MEMORY),
        ("memory", "2 TB", MEMORY),
        ("memory", "2gib", MEMORY),
        ("memory", -5, MEMORY),
        ("memory", 0, MEMORY),
        ("memory", None, MEMORY),
        ("timeout", 0, SECONDS),
        ("timeout", "0.0m", SECONDS),
        ("timeout", "-1", SECONDS),
        ("timeout", "1 day", SECONDS),
        ("timeout", float("inf"), SECONDS),
        ("timeout", True, SECONDS),
        ("mutex", 3, NAMES),
        ("mutex", ["gpu", 3], NAMES),
        ("mutex", {"gpu": 1}, NAMES),
        ("mutex", None, NAMES),
    ],
)
def test_a_value_that_cannot_be_read(key: str, value: object, expected: str) -> None:
    """The message names stage and key, and says what was expected and received."""
    words = f"dvc.yaml: stage 'train@a': meta.{key}: {expected}, received {value!r}"
    with pytest.raises(ValueError, match=f"^{re.escape(words)}$"):
        resources.parse("train@a", {key: value})


def test_cores_are_given_and_taken_back() -> None:
    """As many as there are, and again once they are free."""
    pool = Pool(3, 0)
    assert pool.take("a", Resources(cpus=2))
    assert not pool.take("b", Resources(cpus=2))
    assert pool.take("c", Resources(cpus=1))
    pool.give_back("a")
    assert pool.take("b", Resources(cpus=2))


def test_memory_is_shared_as_cores_are() -> None:
    """Who says nothing about memory gets in beside those who take all of it."""
    pool = Pool(9, 100)
    assert pool.take("a", Resources(memory=60))
    assert not pool.take("b", Resources(memory=41))
    assert pool.take("c", Resources(memory=40))
    assert pool.take("d", Resources())


def test_a_mutex_lets_in_one() -> None:
    """Two stages that share any name exclude each other; others do not mind."""
    pool = Pool(9, 0)
    assert pool.take("a", Resources(mutex=frozenset({"gpu", "db"})))
    assert not pool.take("b", Resources(mutex=frozenset({"db", "disk"})))
    assert pool.take("c", Resources(mutex=frozenset({"disk"})))
    pool.give_back("a")
    assert not pool.take("b", Resources(mutex=frozenset({"db", "disk"})))
    pool.give_back("c")
    assert pool.take("b", Resources(mutex=frozenset({"db", "disk"})))


@pytest.mark.parametrize("wanted", [Resources(cpus=99), Resources(memory=999)])
def test_who_wants_more_than_there_is_takes_all(wanted: Resources) -> None:
    """It waits until it can have everything, then nobody else who needs any gets in."""
    pool = Pool(2, 10)
    small = Resources(memory=1)
    assert pool.take("small", small)
    assert not pool.take("huge", wanted)
    pool.give_back("small")
    assert pool.take("huge", wanted)
    assert not pool.take("small", small)


asked = st.builds(
    Resources,
    cpus=st.integers(1, 5),
    memory=st.integers(0, 12),
    mutex=st.frozensets(st.sampled_from("xyz"), max_size=2),
)


@hypothesis.given(
    st.integers(1, 4), st.integers(0, 10), st.lists(st.tuples(asked, st.integers(0, 9)))
)
@hypothesis.settings(deadline=None, derandomize=True, database=None)
def test_never_more_than_there_is(
    cpus: int, memory: int, turns: list[tuple[Resources, int]]
) -> None:
    """Whatever is asked for and given back, in any order; and an idle pool gives to anyone."""
    pool = Pool(cpus, memory)
    held: dict[str, Resources] = {}
    for number, (wanted, leaving) in enumerate(turns):
        if pool.take(str(number), wanted):
            held[str(number)] = wanted
        else:
            assert held
        assert sum(min(each.cpus, cpus) for each in held.values()) <= cpus
        assert sum(min(each.memory, memory) for each in held.values()) <= memory
        assert not any(one.mutex & two.mutex for one, two in combinations(held.values(), 2))
        if leaving < len(held):
            name = list(held)[leaving]
            pool.give_back(name)
            del held[name]
