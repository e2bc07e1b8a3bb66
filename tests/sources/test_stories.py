"""The generated stories are plain English, and tell the categories as far as they claim."""

import json
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression

from trunkline.data import contracts
from trunkline.settings.dataset import Stories
from trunkline.sources import stories, story_templates, story_words

SLOTS = ("person", "place", "thing")
CONTRACT = json.loads(Path("contracts/stories.json").read_text())
BOTH_MEDIA = list(story_words.BOTH)


def table(seed: int = 7, **options: float) -> pd.DataFrame:
    """Return a table of 1,600 books and 1,200 movies, unless told otherwise."""
    sizes = {"books": 1600, "movies": 1200}
    return stories.table(Stories(kind="stories", **(sizes | options)), seed)  # type: ignore[arg-type]


@settings(deadline=None, max_examples=15)
@given(st.integers(20, 60), st.integers(20, 60), st.floats(0, 1), st.integers(0, 2**32))
def test_any_size_gives_texts_without_gaps(
    books: int, movies: int, share: float, seed: int
) -> None:
    """Every slot is filled, `an` stands before vowels alone, titles are short."""
    frame = table(seed, books=books, movies=movies, topical=share, shared=1 - share, stray=share)
    assert list(frame) == ["medium", "title", "text", "category"]
    assert set(frame.dtypes.astype(str)) == {"str"}
    assert frame["medium"].value_counts().to_dict() == {"book": books, "movie": movies}
    for text in [*frame["title"], *frame["text"]]:
        assert text.isascii()
        assert not re.search(r"[{}]|  |\b[Aa] [aeiou]|\b[Aa]n [^aeiouAEIOU]", text)
    assert frame["title"].str.fullmatch(r"(The|An?) [A-Za-z ]+").all()
    assert frame["title"].str.len().max() <= 50
    assert frame["text"].str.len().between(100, 400).all()
    assert frame["text"].str.count(r"\.").isin([4, 5]).all()


def test_the_seed_decides_alone() -> None:
    """The same seed gives the same table, another seed other texts."""
    assert_frame_equal(table(1), table(1))
    assert not set(table(1)["text"]) & set(table(2)["text"])


def test_one_work_takes_fewer_random_numbers_than_there_are() -> None:
    """The longest title and sentences leave some of them, so that no text can break off."""

    def most(templates: tuple[str, ...], count: int = 1) -> int:
        draws = [1 + 6 * len(re.findall(r"\{", template)) for template in templates]
        return sum(sorted(draws)[-count:])

    for medium, told in story_templates.MIDDLES_TOLD.items():
        parts = (story_templates.OPENINGS[medium], story_templates.CLOSINGS[medium])
        needed = most(story_templates.TITLES) + most(story_templates.MIDDLES, told)
        assert needed + sum(most(part) for part in parts) <= stories.DRAWS


def test_each_word_stands_in_one_list() -> None:
    """A word has one meaning in each medium, and the lists have the same categories and slots."""
    told = [story_words.BOTH, story_words.BOOKS, story_words.MOVIES, story_words.FALSE_FRIENDS]
    slots = [entry for words in told for entry in words.values()] + [story_words.PLAIN]
    counts = Counter(word for entry in slots for words in entry.values() for word in words)
    counts.update(story_words.QUALITIES)
    assert [word for word, count in counts.items() if count > 1] == []
    assert {tuple(entry) for entry in slots} == {SLOTS}
    assert [list(words) for words in told[:2] + told[3:]] == [BOTH_MEDIA] * 3
    assert list(story_words.MOVIES) == [*BOTH_MEDIA, "musical"]


def test_categories_are_balanced_or_skewed_as_stated() -> None:
    """Even shares differ by a row; with a skew of 3 the first is three times as frequent."""
    even = table(label_noise=0).groupby("medium")["category"].value_counts()
    assert set(even["book"]) == {200}
    assert set(even["movie"]) <= {133, 134}
    skewed = table(label_noise=0, skew=3).groupby("medium")["category"].value_counts()
    books = [skewed["book"][name] for name in stories.CATEGORIES["book"]]
    assert books == sorted(books, reverse=True)
    assert books[0] / books[-1] == pytest.approx(3, abs=0.05)


@pytest.mark.parametrize("options", [{}, {"books": 2000, "topical": 1, "label_noise": 0.2}])
def test_the_contract_holds_whatever_the_seed(options: dict[str, float]) -> None:
    """It speaks of what is so by construction, not of one draw."""
    frame = table(123, **options)
    frame.insert(0, "row_id", [f"r{number}" for number in range(len(frame))])
    frame["row_id"] = frame["row_id"].astype("str")
    broken = [o for o in contracts.check(frame, CONTRACT).expectations if not o.success]
    assert broken == []


def test_label_noise_replaces_its_share_and_no_text() -> None:
    """A tenth of the categories is another one of the same medium; texts stay."""
    clean, noisy = table(label_noise=0), table(label_noise=0.1)
    assert clean["text"].equals(noisy["text"])
    changed = clean["category"] != noisy["category"]
    assert changed.mean() == pytest.approx(0.1, abs=0.02)
    assert "musical" not in set(noisy.loc[noisy["medium"] == "book", "category"])


def counts(frame: pd.DataFrame) -> csr_matrix:
    """Return how often each word stands in title and text, `[rows, words]`."""
    return CountVectorizer().fit_transform(frame["title"] + " " + frame["text"])


def accuracy(frame: pd.DataFrame, train: np.ndarray, test: np.ndarray) -> float:
    """Return the accuracy on `test` of a linear classifier of words that is fitted on `train`."""
    x, y = counts(frame), frame["category"].to_numpy()
    return float(LogisticRegression(max_iter=500).fit(x[train], y[train]).score(x[test], y[test]))


def rows(frame: pd.DataFrame, medium: str) -> np.ndarray:
    """Return the numbers of a medium's rows, of the categories of both media."""
    chosen = (frame["medium"] == medium) & frame["category"].isin(BOTH_MEDIA)
    return np.flatnonzero(chosen)


@pytest.mark.parametrize("medium", ["book", "movie"])
def test_words_tell_the_category_well_but_not_perfectly(medium: str) -> None:
    """With half of the rows a linear classifier is right in some nine of ten."""
    frame = table()
    chosen = rows(frame, medium)
    assert 0.75 < accuracy(frame, chosen[::2], chosen[1::2]) < 0.96


def test_without_topical_words_nothing_is_told() -> None:
    """Neither the sentences nor the plain words depend on the category."""
    frame = table(topical=0, stray=0)
    books = rows(frame, "book")
    assert accuracy(frame, books[::2], books[1::2]) < 0.2


@pytest.mark.parametrize(
    ("shared", "misleading", "low", "high"),
    [(1, 0.5, 0.8, 1), (0.5, 0.2, 0.5, 0.8), (0, 0, 0.05, 0.2), (0, 1, 0, 0.05)],
)
def test_what_books_teach_of_movies_is_known(
    shared: float, misleading: float, low: float, high: float
) -> None:
    """All where every word is shared, nothing where none is, the wrong where all mislead."""
    frame = table(shared=shared, misleading=misleading)
    assert low <= accuracy(frame, rows(frame, "book"), rows(frame, "movie")) <= high


def test_what_is_learned_of_books_helps_with_few_labels_of_movies() -> None:
    """Scores of a model of books, beside the words, are worth more than the words alone."""
    frame = table()
    x, y = counts(frame), frame["category"].to_numpy()
    books, movies = rows(frame, "book"), np.flatnonzero(frame["medium"] == "movie")
    few = np.concatenate([movies[y[movies] == name][:5] for name in sorted(set(y[movies]))])
    rest = np.setdiff1d(movies, few)
    source = LogisticRegression(max_iter=500).fit(x[books], y[books])
    learned = source.decision_function(x)
    alone = LogisticRegression(max_iter=500).fit(x[few], y[few]).score(x[rest], y[rest])
    helped = LogisticRegression(max_iter=500).fit(learned[few], y[few])
    assert helped.score(learned[rest], y[rest]) > alone + 0.1
