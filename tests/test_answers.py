"""The generated study finds the truth it was made with: what transfer gains, and what it costs."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

LATENT = json.loads(Path("metrics/latent.json").read_text())
STORIES = json.loads(Path("metrics/books_to_movies.json").read_text())
MARKET = json.loads(Path("metrics/market.json").read_text())
STUDY = yaml.safe_load(Path("params.yaml").read_text())["studies"]["latent"]
MARGIN = STUDY["evaluate"]["margin"]
MOST = str(max(STUDY["finetune"]["budgets"]))
TUNED = ["fine_tune", "lp_ft"]


def difference(task: str, arm: str) -> dict[str, Any]:
    """Return the difference to scratch at the largest budget, with its interval."""
    found: dict[str, Any] = LATENT[task][arm][MOST]
    return found


@pytest.mark.parametrize("arm", [*TUNED, "linear_probe"])
def test_shared_factors_help(arm: str) -> None:
    """A target that shares the source's factors gains, by every strategy."""
    assert difference("shared", arm)["low"] > MARGIN


@pytest.mark.parametrize("arm", TUNED)
def test_a_trunk_that_may_move_costs_nothing_where_nothing_is_shared(arm: str) -> None:
    """A straight line through the ignored factors is found as well from the source as anew."""
    found = difference("unrelated", arm)
    assert -MARGIN < found["low"] <= found["high"] < MARGIN


@pytest.mark.parametrize("arm", [*TUNED, "linear_probe"])
def test_contradicting_labels_hurt(arm: str) -> None:
    """A target that lives in what the source ignores is worse off, by every strategy."""
    assert difference("contradicting", arm)["high"] < -MARGIN


def test_books_help_movies_once_the_trunk_may_move() -> None:
    """Words that both media use for a category carry over; those of books alone stand in the way.

    A probe on frozen features of books lacks the words that only movies use.
    """
    arms = STORIES["movie"]
    assert arms["lp_ft"]["20"]["low"] > MARGIN
    assert arms["linear_probe"]["20"]["high"] < -MARGIN


@pytest.mark.parametrize("model", ["item_knn", "ease", "two_tower", "sasrec"])
def test_tastes_of_a_market_are_found(model: str) -> None:
    """Who knows what users took lists better than who knows what is popular."""
    assert MARKET[model]["ndcg@10"]["low"] > MARKET["most_popular"]["ndcg@10"]["high"]


def test_tastes_show_in_ratings() -> None:
    """Users rate items of their taste higher: factors know it, biases cannot."""
    assert MARKET["biased_mf"]["rmse"]["high"] < MARKET["bias"]["rmse"]["low"]


def test_documents_show_what_there_is() -> None:
    """Each picture and page that the README names is there, and no gap is left in it."""
    text = Path("README.md").read_text()
    links = [part.split(")")[0] for part in text.split("](")[1:]]
    assert links
    for link in links:
        assert link.startswith("http") or Path(link.partition("#")[0]).exists(), link
    assert "<!--" not in text
