"""What a study of recommenders is made of, in counts, and what chance alone would score."""

from collections.abc import Mapping
from typing import Any

from trunkline.reports import names, numbers
from trunkline.reports.recommending.measured import Measured

_COUNTS = {
    "users": "users",
    "items": "items",
    "train": "interactions to learn from",
    "validation": "interactions to choose by",
    "test": "interactions to score",
    "judged": "users who are judged",
}


def facts(study: Measured) -> tuple[tuple[str, str], ...]:
    """Return counts, and what each is of."""
    found = study.records["facts"]
    new = found["new_users"] if _strange(found) else found["new_items"]
    counts = found | ({} if found["test"] else {"test": new})
    return tuple((str(counts[name]), words) for name, words in _COUNTS.items())


def outside(study: Measured) -> str:
    """Say how much of all pairs is known, and of what training knows nothing."""
    found = study.records["facts"]
    parts = (
        ("of new users", 0 if _strange(found) else found["new_users"]),
        ("of new items", found["new_items"] if found["test"] or _strange(found) else 0),
        ("of new users with new items", found["neither"]),
    )
    said = [f"{count} are {words}" for words, count in parts if count]
    text = f"Beside the interactions to score, {names.listed(said)}." if said else ""
    left = found["left_out"]
    without = f"Users without an item to score are left out: {left}." if left else ""
    density = f"{numbers.compact(100 * found['density'])}\N{NO-BREAK SPACE}%"
    known = f"Training knows {density} of all pairs of a user and an item."
    if _strange(found):
        without = (
            "It knows none of the users who are judged: their lists come from features where the "
            "model reads them, else from popularity."
        )
    elif not found["test"]:
        known += (
            " It knows none of the items to score, which are ranked among those it knows. A model "
            "that reads no facts about items lists none of them and scores 0: chance is the bar."
        )
    return " ".join(part for part in (known, text, without) if part)


def _strange(found: Mapping[str, Any]) -> bool:
    """Return whether training knows nobody who is judged."""
    return bool(found["judged"] and found["left_out"] == found["users"])


def chance(study: Measured) -> str:
    """Say what random lists score on average, which is computed and has no interval."""
    metric, expected = study.lists.main, study.records["expected"].get("random", {})
    if metric not in expected:
        return ""
    value = numbers.number(metric, expected[metric])
    return (
        f"Lists drawn at random score {numbers.scale(metric).name} {value} on average; that is "
        "computed, not drawn, and has no interval."
    )


def notes(study: Measured) -> tuple[str, ...]:
    """Say who gets no list, and how much an approximate search misses."""
    told = study.records["lists"]
    found = tuple(str(note) for note in told["notes"])
    if told["recall"] == 1:
        return found
    share = f"{numbers.plain(100 * told['recall'], 1)}\N{NO-BREAK SPACE}%"
    return (
        *found,
        f"The lists that are written come from an approximate search, which finds {share} of what "
        "an exact one finds, counted on a sample of users; the scores here are of exact search.",
    )
