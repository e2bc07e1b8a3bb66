"""Generated blurbs of books and overviews of movies: the right answer is known.

Every text is put together from our own sentences and words by a seeded generator; no book or
movie is meant, and a title that exists is chance. A work has a category, which shows in the words
of its title and text alone: the sentences are those of its medium, whatever the category.

A word is topical at a probability of `topical`; else it is a plain one, which says nothing, or at
a probability of `stray` one of another category. A topical word is, at a probability of `shared`,
of the list that both media use for the category; else, at a probability of `misleading`, of words
that movies use for the category after the one of books; else of a list of its medium's own. So:

- `shared: 1`: what books teach is as true of movies;
- `shared: 0, misleading: 0`: no word of movies has been seen in books of any category;
- `shared: 0, misleading: 1`: what books teach is wrong of every movie;
- `musical` is a category of movies alone, with words of its own: books teach nothing about it.

In between transfer helps where labels are few, and a few labels more correct what misleads.
Only comparisons, products and rounding down are used: the same bits on every processor.
"""

import re
from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from trunkline.determinism import seeds
from trunkline.settings.dataset import Stories
from trunkline.sources import story_templates as templates
from trunkline.sources import story_words as words

CATEGORIES = {"book": tuple(words.BOOKS), "movie": tuple(words.MOVIES)}
OWN = {"book": words.BOOKS, "movie": words.MOVIES}
DRAWS = 112  # random numbers for a work; the longest takes fewer


def table(settings: Stories, seed: int) -> pd.DataFrame:
    """Return one row for each work, books first.

    Args:
        settings: how many works, and what their words tell.
        seed: the root seed.

    Returns:
        `medium` (`book` or `movie`), `title`, `text`, `category`, all text.
    """
    works = [
        work
        for medium, rows in (("book", settings.books), ("movie", settings.movies))
        for work in _works(medium, rows, settings, seed)
    ]
    columns = ["medium", "title", "text", "category"]
    return pd.DataFrame(works, columns=columns).astype("str")


def _works(
    medium: str, rows: int, settings: Stories, seed: int
) -> Iterator[tuple[str, str, str, str]]:
    true = _categories(medium, rows, settings.skew, seed)
    told = _mislabelled(medium, true, settings.label_noise, seed)
    draws = seeds.generator(seed, "stories", medium, "words").random((rows, DRAWS))
    for category, label, row in zip(true, told, draws, strict=True):
        writer = _Writer(medium, category, settings, row)
        yield medium, writer.title(), writer.text(), label


def _categories(medium: str, rows: int, skew: float, seed: int) -> list[str]:
    """Return the categories of all rows: shares fall evenly from the first to the last."""
    names = CATEGORIES[medium]
    steps = np.arange(len(names), dtype=np.float64) / (len(names) - 1)
    weights = skew - (skew - 1.0) * steps  # from skew down to 1
    sums = np.cumsum(weights)
    ends = np.rint(sums / sums[-1] * rows).astype(np.int64)
    counts = np.diff(ends, prepend=0)
    order = seeds.generator(seed, "stories", medium, "categories").permutation(rows)
    return [str(name) for name in np.repeat(names, counts)[order]]


def _mislabelled(medium: str, true: list[str], share: float, seed: int) -> list[str]:
    """Return the categories with each one replaced by another at a probability of `share`."""
    generator = seeds.generator(seed, "stories", medium, "label noise")
    draws = generator.random((len(true), 2))
    names = CATEGORIES[medium]
    return [
        _pick(_without(names, category), which) if changed < share else category
        for category, (changed, which) in zip(true, draws, strict=True)
    ]


class _Writer:
    """Writes one work; takes its random numbers one by one."""

    def __init__(self, medium: str, category: str, settings: Stories, draws: np.ndarray) -> None:
        self.medium, self.category, self.settings = medium, category, settings
        self.draws = iter(draws.tolist())

    def title(self) -> str:
        """Return a title such as "The Glass Harbour"."""
        filled = self._filled(self._one(templates.TITLES)).split()
        small = ("and", "of", "for", "the", "a", "an")
        return " ".join(
            word if place and word in small else word.capitalize()
            for place, word in enumerate(filled)
        )

    def text(self) -> str:
        """Return an opening and a closing of the medium, and between them what happens."""
        sentences = [self._one(templates.OPENINGS[self.medium])]
        left: tuple[str, ...] = templates.MIDDLES
        for _ in range(templates.MIDDLES_TOLD[self.medium]):
            sentences.append(self._one(left))
            left = _without(left, sentences[-1])
        sentences.append(self._one(templates.CLOSINGS[self.medium]))
        return " ".join(self._filled(sentence) for sentence in sentences)

    def _filled(self, sentence: str) -> str:
        filled = re.sub(r"\{(\w+)\}", lambda slot: self._word(slot[1]), sentence)
        return re.sub(r"\b([Aa]) (?=[aeiou])", r"\1n ", filled)

    def _word(self, slot: str) -> str:
        if slot == "quality":
            return self._one(words.QUALITIES)
        if slot == "name":
            return self._one(words.NAMES)
        topical, stray = self._happens(self.settings.topical), self._happens(self.settings.stray)
        if not topical and not stray:
            return self._one(words.PLAIN[slot])
        names = CATEGORIES[self.medium]
        category = self.category if topical else self._one(_without(names, self.category))
        return self._one(self._list(category)[slot])

    def _list(self, category: str) -> Mapping[str, words.Words]:
        """Return the words of a category: of both media, misleading, or of this medium alone."""
        shared = self._happens(self.settings.shared)
        misleading = self._happens(self.settings.misleading)
        if category not in words.BOTH:
            return OWN[self.medium][category]
        if shared:
            return words.BOTH[category]
        if misleading:
            return words.FALSE_FRIENDS[self._befriended(category)]
        return OWN[self.medium][category]

    def _befriended(self, category: str) -> str:
        """Return the category under which the false friends of this one stand."""
        names = list(words.FALSE_FRIENDS)
        return category if self.medium == "book" else names[names.index(category) - 1]

    def _happens(self, probability: float) -> bool:
        return next(self.draws) < probability

    def _one(self, options: tuple[str, ...]) -> str:
        return _pick(options, next(self.draws))


def _pick(options: tuple[str, ...], draw: float) -> str:
    return options[int(draw * len(options))]


def _without(options: tuple[str, ...], one: str) -> tuple[str, ...]:
    return tuple(option for option in options if option != one)
