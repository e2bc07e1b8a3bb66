"""The chapter of a study of recommenders says everything, safely, also on a phone."""

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from tests.reports import recommenders, workspace
from trunkline.reports.recommending import figures

HEADINGS = [
    "Who came first", "Leaderboard", "What the lists show", "By activity of the user",
    "By popularity of the item", "Cold start", "How users rate", "From another market",
    "Clicks and ratings at once", "How options were searched", "One user, and their list",
]  # fmt: skip


class _Ids(HTMLParser):
    """Collects the tags, and what is left open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        found = dict(attrs)
        self.ids += [found["id"] or ""] if "id" in found else []
        self.links += [found["href"] or ""] if tag == "a" else []
        if tag not in ("meta", "link", "img", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag that closes itself."""
        self.ids += [value for name, value in attrs if name == "id" and value]

    def handle_endtag(self, tag: str) -> None:
        """Close the last tag, which must be this one."""
        assert self.open.pop() == tag


def _made(
    folder: Path, patch: pytest.MonkeyPatch, change: Any = lambda study: None, **changes: Any
) -> str:
    recommenders.build(folder, change, **changes)
    patch.chdir(folder)
    workspace.run(folder)
    return (folder / "reports" / "index.html").read_text(encoding="utf-8")


def _chapter(text: str) -> str:
    """Return the section of the study."""
    start = text.index('<section id="recommender-films"')
    return text[start : text.index('<section id="recommender-shop"')]


def test_the_chapter_has_all_its_parts_in_order(recommender_page: Path) -> None:
    """Each part is there once, and the contents lead to the chapter."""
    text = recommender_page.read_text(encoding="utf-8")
    assert re.findall(r"<h3>(.*?)</h3>", _chapter(text)) == HEADINGS
    reader = _Ids()
    reader.feed(text)
    assert reader.open == []
    assert len(reader.ids) == len(set(reader.ids))
    assert "#recommender-films" in reader.links
    assert {link[1:] for link in reader.links} <= set(reader.ids)


def test_the_top_of_the_page_names_the_model_with_its_interval(recommender_page: Path) -> None:
    """The first thing said of a study is what to use, how good it is, and the verdict."""
    text = recommender_page.read_text(encoding="utf-8")
    card = text[text.index("<h3>Films</h3>") : text.index("</article>", text.index("<h3>Films"))]
    assert card.index("helps") < card.index("Recommend with EASE: nDCG@10 0.4829 [0.4709, 0.4949]")
    assert "0.2305 [0.2185, 0.2425] above listing the most popular items" in card
    assert "What 36 fair comparisons" in text  # 19 of this study, 15 of the shop, 2 of another
    assert "or lists items for the same users," in text


def test_the_numbers_of_the_chapter_have_their_intervals(recommender_page: Path) -> None:
    """Every score of the test rows is followed by its interval; those of a search have none."""
    text = re.sub(r"<svg.*?</svg>", "", _chapter(recommender_page.read_text(encoding="utf-8")))
    cells = re.findall(r"<td>([^<]*\d\.\d{4}[^<]*)</td>", text)
    bare = [one for one in cells if "[" not in one and "±" not in one]
    means = re.findall(r"<td>(\d\.\d{4})</td><td>\[", text)  # the interval has a column of its own
    searched = re.findall(r"<td>(\W?\d\.\d{4})</td><td>(\W?\d\.\d{4})</td></tr>", text)
    assert len(cells) > 100
    assert len(means) == len(recommenders.SCORES)
    assert sorted(bare) == sorted([*means, *(one for pair in searched for one in pair)])


def test_figures_of_the_chapter_can_be_read_aloud(recommender_page: Path) -> None:
    """Each figure tells its numbers; it is a file of its own as well."""
    text = _chapter(recommender_page.read_text(encoding="utf-8"))
    spoken = re.findall(r'role="img" aria-label="([^"]*)"', text)
    assert len(spoken) == len(figures.KINDS) == text.count("<figure")
    assert "iALS: 0.4893 [0.4773, 0.5013]." in spoken[0]
    assert "EASE: 0.4829 at 27.9 %." in spoken[1]
    assert "Not drawn, as worse than Most popular: Random." in text
    folder = recommender_page.parent / "figures"
    assert all((folder / f"films-{kind}.svg").exists() for kind in figures.KINDS)


def test_tables_have_captions_and_header_cells_a_scope(recommender_page: Path) -> None:
    """A screen reader knows what a number is of."""
    text = _chapter(recommender_page.read_text(encoding="utf-8"))
    assert text.count("<caption>") == text.count("<table")
    assert text.count("<th ") == text.count('<th scope="')
    assert "<th>" not in text


def test_what_a_study_does_not_ask_leaves_no_heading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No ratings, no other market, no tasks, no search, no cold start, nobody to show."""
    text = _made(
        tmp_path, monkeypatch, lambda study: study.update(tune=None, transfer=None, tasks=None),
        ratings={"estimates": [], "comparisons": [], "rivals": []}, starts=[], activity=[],
        popularity=[], example={},
    )  # fmt: skip
    assert re.findall(r"<h3>(.*?)</h3>", _chapter(text)) == HEADINGS[:3]


def test_one_group_of_users_needs_no_figure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The table stays."""
    rows = [row for row in recommenders.records()["activity"] if row["group"] == "1-17"]
    text = _chapter(_made(tmp_path, monkeypatch, activity=rows))
    assert "1\N{EN DASH}17 (230 users)" in text
    assert "films-activity" not in text


def test_a_new_user_has_no_history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is said to be nothing."""
    rows = [row | {"taken": False} for row in recommenders.example()["list"]]
    text = _made(tmp_path, monkeypatch, example=recommenders.example(history=[], list=rows))
    assert "<p>Nothing: a new user.</p>" in text
    assert "None of it is among what they took later." in text


def test_who_gets_no_list_is_told_at_the_top(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside the advice, before any chapter."""
    told = {"best": "ease", "model": "ease", "recall": 1.0, "notes": ["3 of 943 users get no list"]}
    text = _made(tmp_path, monkeypatch, lists=told)
    assert text.index("</strong> 3 of 943 users get no list</p>") < text.index('<section id="rec')


def test_titles_and_names_are_escaped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes from data is text: titles, reasons, users, and the title of the study."""
    bad = "<script>alert('$x_1$')</script>"
    row = {
        "rank": 1, "item": bad, "title": bad, "score": 1.0, "reason": bad, "source": bad,
        "taken": True,
    }  # fmt: skip
    had = {"item": 1, "title": bad, "rating": None, "time": 0}
    text = _made(
        tmp_path, monkeypatch, lambda study: study.update(title=bad),
        example=recommenders.example(user=bad, list=[row], history=[had]),
    )  # fmt: skip
    assert "<script" not in text
    assert text.count("&lt;script&gt;alert(&#39;$x_1$&#39;)&lt;/script&gt;") > 6


def test_without_such_a_study_the_page_does_not_speak_of_it(page: Path) -> None:
    """Neither words nor an empty heading."""
    text = page.read_text(encoding="utf-8").partition("<body>")[2]
    assert "<h1>Train from scratch, transfer, or learn jointly?</h1>" in text
    assert not re.search(r"nDCG|Leaderboard|Over users|recommender-", text)


@pytest.mark.parametrize(
    "file",
    [
        "evaluation/estimates.json", "evaluation/borrowed.json", "evaluation/tasks.json",
        "learned/lists.json", "learned/trials.parquet",
    ],
)  # fmt: skip
def test_what_is_missing_of_a_study_is_named(
    file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a result there is no page, but its path."""
    recommenders.build(tmp_path)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "results" / "recommenders" / "films" / file).unlink()
    with pytest.raises(FileNotFoundError, match=rf"films/{re.escape(file)} does not exist"):
        workspace.run(tmp_path)
    assert not (tmp_path / "reports").exists()
