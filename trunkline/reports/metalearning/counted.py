"""What the episodes of a study are, in counts, and what chance and intervals are of."""

from trunkline.reports import names, numbers
from trunkline.reports.metalearning.measured import Measured


def facts(study: Measured) -> tuple[tuple[str, str], ...]:
    """Return counts, and what each is of."""
    found, asked = study.facts, study.settings.episodes
    each = "" if found.kind == "regression" else " of each class"
    what = "classes" if asked.group is None else f"values of {asked.group}"
    turned = ", before pictures are turned"
    rare = ", those with too few rows included" if asked.rare == "leave_out" else ""
    learned, held = turned if asked.expand else "", turned if asked.expand_test else ""
    learned, held = f"{learned}{rare}", f"{held}{rare}"
    counts = [
        (found.shots, f"labelled {_plural(found.shots, 'row')}{each} to adapt to"),
        (found.queries, f"{_plural(found.queries, 'row')}{each} to score"),
        (found.episodes, "test episodes"),
        (found.counts["train"], f"{what} to learn from{learned}"),
        (found.counts["validation"], f"{what} to choose by{held}"),
        (found.counts["test"], f"{what} to score, seen by nothing else{held}"),
    ]
    if found.ways is not None:
        counts.insert(0, (found.ways, "classes of an episode"))
    return tuple((str(count), words) for count, words in counts)


def intervals(study: Measured) -> str:
    """Say what a score is, and what intervals are over."""
    found = study.facts
    score = {
        "accuracy": "the share of its queries that are put into the right class",
        "rmse": "the root mean squared error over its queries, of which less is better",
    }.get(found.metric, numbers.scale(found.metric).name)
    level = f"{100 * (1 - study.settings.evaluate.alpha):g}\N{NO-BREAK SPACE}%"
    repeats = ""
    if found.repeats > 1:
        repeats = f" Each method was trained {found.repeats} times; of an episode its mean counts."
    text = (
        f"All arms see the same {found.episodes} test episodes. The score of an episode is {score}."
        f"{repeats} Intervals ({level}) are over episodes"
    )
    without = "What other networks of the same methods would score is not in them"
    if not found.clustered_by:
        return f"{text}. {without}, nor what episodes of other classes would."
    column = names.quoted(found.clustered_by)
    if found.lone:
        return (
            f"{text}, all of which are of one value of {column}: they say how sure the score on "
            f"this one is, and nothing of other values. {without}."
        )
    return (
        f"{text}, clustered by {column}: episodes of one value of it are alike, so that its "
        f"{found.clusters} values in the test are drawn whole, and p flips their signs whole. "
        f"{without}."
    )


def chance(study: Measured) -> str:
    """Say what guessing scores, which is known and has no interval."""
    found = study.facts
    if found.chance is None:
        return ""
    value = numbers.number(found.metric, found.chance)
    percent = "\N{NO-BREAK SPACE}%" if numbers.scale(found.metric).factor == 100 else ""
    return f"Guessing among {found.ways} classes scores {value}{percent}."


def _plural(count: int, word: str) -> str:
    return word if count == 1 else f"{word}s"
