"""The chapter of a study of meta-learners says everything, safely, also on a phone."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.reports import metalearners, workspace
from tests.reports.test_metalearner_figures import KINDS

HEADINGS = [
    "Leaderboard", "Transductive methods, apart", "What is learned", "How arms were set and trained"
]  # fmt: skip


def _made(
    folder: Path, patch: pytest.MonkeyPatch, change: Any = lambda study: None, **changes: Any
) -> str:
    metalearners.build(folder, change, **changes)
    patch.chdir(folder)
    workspace.run(folder)
    return (folder / "reports" / "index.html").read_text(encoding="utf-8")


def _chapter(text: str, name: str = "glyphs") -> str:
    """Return the section of a study."""
    start = text.index(f'<section id="metalearner-{name}"')
    return text[start : text.index("</section>", start)]


def test_the_chapter_has_all_its_parts_in_order(metalearner_page: Path) -> None:
    """Each part is there once, and the contents lead to the chapter."""
    text = metalearner_page.read_text(encoding="utf-8")
    assert re.findall(r"<h3>(.*?)</h3>", _chapter(text)) == HEADINGS
    assert re.findall(r"<h3>(.*?)</h3>", _chapter(text, "waves")) == [
        one for one in HEADINGS if not one.startswith("Transductive")
    ]
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    links = re.findall(r'href="#([^"]+)"', text)
    assert {"metalearner-glyphs", "metalearner-waves"} <= set(links) <= set(ids)


def test_the_top_of_the_page_says_what_to_use_with_its_interval(metalearner_page: Path) -> None:
    """The first thing said of a study is what to use, how good it is, and the verdict."""
    text = metalearner_page.read_text(encoding="utf-8")
    start = text.index("<h3>New digits from one example</h3>")
    card = text[start : text.index("</article>", start)]
    assert card.index("helps") < card.index("use the prototypical network: accuracy 82.3")
    assert "1 of 10 meta-learners is worse than pretraining and fine-tuning: Reptile." in card
    assert "ransductive" not in card
    assert "And what to learn the next small task with?</h1>" in text
    assert "or adapts to the same episodes," in text
    assert "What 49 fair comparisons" in text  # 33 of this study, 14 of the waves, 2 of another


def test_transductive_methods_stand_below_the_others(metalearner_page: Path) -> None:
    """In a part of their own, with their numbers, and never in the leaderboard or its figure."""
    ranked, _, apart = _chapter(metalearner_page.read_text(encoding="utf-8")).partition(HEADINGS[1])
    assert "ransductive" not in ranked
    assert apart.count('<th scope="row">Transductive network</th>') == 5  # the last: training
    assert "[85.3, 86.9]" in apart


def test_every_leaderboard_says_that_its_best_mean_flatters(metalearner_page: Path) -> None:
    """Also of a regression, in which nobody guesses among classes."""
    text = metalearner_page.read_text(encoding="utf-8")
    assert text.count("so that it flatters its arm") == 2


def test_figures_of_the_chapter_can_be_read_aloud(metalearner_page: Path) -> None:
    """Each figure tells its numbers; it is a file of its own as well."""
    text = _chapter(metalearner_page.read_text(encoding="utf-8"))
    spoken = re.findall(r'role="img" aria-label="([^"]*)"', text)
    assert len(spoken) == len(KINDS) == text.count("<figure")
    assert "Prototypical network: 82.3 [81.5, 83.1]." in spoken[0]
    folder = metalearner_page.parent / "figures"
    assert all((folder / f"glyphs-{kind}.svg").exists() for kind in KINDS)
    assert (folder / "waves-adapted.svg").exists()


def test_tables_have_captions_and_header_cells_a_scope(metalearner_page: Path) -> None:
    """A screen reader knows what a number is of."""
    text = _chapter(metalearner_page.read_text(encoding="utf-8"))
    assert text.count("<caption>") == text.count("<table")
    assert text.count("<th ") == text.count('<th scope="')
    assert "<th>" not in text


def test_what_a_study_does_not_have_leaves_no_heading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No steps, no pictures, no choices, no transductive method: the leaderboard stays."""
    text = _made(
        tmp_path, monkeypatch, adaptation=[], embeddings=None, chosen={}, runs=[],
        estimates=[metalearners.estimate(arm, 0.5) for arm in ("scratch", "prototypes")],
        comparisons=[metalearners.contrast("prototypes", "scratch", 0.0, verdict="no evidence")],
    )  # fmt: skip
    chapter = _chapter(text)
    assert re.findall(r"<h3>(.*?)</h3>", chapter) == HEADINGS[:1]
    assert "Means after steps" not in chapter


def test_a_study_that_compares_nothing_has_its_means(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No verdict, no badge, no empty table."""
    rows = [metalearners.estimate(arm, 0.5) for arm in ("nearest_neighbour", "scratch")]
    text = _made(tmp_path, monkeypatch, estimates=rows, comparisons=[], adaptation=[])
    assert "No meta-learner is compared. Training from scratch is what is known" in text
    assert "badge" not in _chapter(text)


def test_titles_and_names_are_escaped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes from data is text: classes, columns, methods, and the title of the study."""
    bad = "<script>alert('$x_1$')</script>"
    text = _made(
        tmp_path, monkeypatch, lambda study: study.update(title=bad),
        facts=metalearners.facts(clustered_by=bad, clusters=3),
        embeddings={"arm": bad, "points": [{"class": bad, "x": 0.0, "y": 1.0}]},
        adaptation=[{"arm": bad, "steps": 0, "value": 0.2, "low": 0.1, "high": 0.3}],
    )  # fmt: skip
    assert "<script" not in text
    assert text.count("&lt;script&gt;alert(&#39;$x_1$&#39;)&lt;/script&gt;") >= 5


def test_the_data_say_what_episodes_ask_of_them(metalearner_page: Path) -> None:
    """Rows per class, how columns enter, and pictures, though no other study reads the table."""
    text = metalearner_page.read_text(encoding="utf-8")
    data = text[text.index('<section id="data"') :]
    assert "classes of episodes of “New digits from one example”" in data
    assert "tasks of “Waves”" in data
    assert "data:image/png;base64," in data
    assert data.count("New digits from one example") > 1  # how its columns enter, too


def test_without_such_a_study_the_page_does_not_speak_of_it(page: Path) -> None:
    """Neither words nor an empty heading."""
    text = page.read_text(encoding="utf-8").partition("<body>")[2]
    assert not re.search(r"metalearner-|Over episodes|small task|same episodes", text)


@pytest.mark.parametrize(
    "file", ["evaluation/facts.json", "evaluation/adapted.json", "learned/curves.parquet"]
)
def test_what_is_missing_of_a_study_is_named(
    file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a result there is no page, but its path."""
    metalearners.build(tmp_path)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "results" / "metalearners" / "glyphs" / file).unlink()
    with pytest.raises(FileNotFoundError, match=rf"glyphs/{re.escape(file)} does not exist"):
        workspace.run(tmp_path)
    assert not (tmp_path / "reports").exists()
