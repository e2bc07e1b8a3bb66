"""The page says everything, safely, in the same bytes each time."""

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from tests.reports import workspace
from trunkline.reports import page as pages

VOID = {"meta", "link", "img", "br", "input", "hr"}


class _Reader(HTMLParser):
    """Collects tags and ids, and what is left open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self.tags.append((tag, dict(attrs)))
        self.ids += [value for name, value in attrs if name == "id" and value]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag that closes itself."""
        self.tags.append((tag, dict(attrs)))
        self.ids += [value for name, value in attrs if name == "id" and value]

    def handle_endtag(self, tag: str) -> None:
        """Close the last tag, which must be this one."""
        assert self.open.pop() == tag


def _read(page: Path) -> _Reader:
    reader = _Reader()
    reader.feed(page.read_text(encoding="utf-8"))
    return reader


def _made(folder: Path, patch: pytest.MonkeyPatch, change: Any = lambda params: None) -> str:
    workspace.build(folder, change)
    patch.chdir(folder)
    workspace.run(folder)
    return (folder / "reports" / "index.html").read_text(encoding="utf-8")


def test_the_page_is_whole(page: Path) -> None:
    """Every tag is closed in its order and every id is there once."""
    reader = _read(page)
    assert not reader.open
    assert len(reader.ids) == len(set(reader.ids))


def test_links_lead_somewhere(page: Path) -> None:
    """Every link within the page has its target, and none leaves it."""
    reader = _read(page)
    targets = [a["href"] for tag, a in reader.tags if tag in ("a", "use") and a.get("href")]
    assert targets
    assert {t for t in targets if t and not t.startswith("#")} == set()
    assert {str(t)[1:] for t in targets} <= set(reader.ids)


def test_the_page_holds_no_script_and_asks_for_nothing(page: Path) -> None:
    """It works without JavaScript and without a network."""
    text = page.read_text(encoding="utf-8")
    assert not re.search(r"<script|javascript:|\son\w+=|@import|<iframe", text)
    reader = _read(page)
    sources = [a.get("src") or a.get("href") for t, a in reader.tags if t in ("img", "link")]
    assert all(str(source).startswith("data:") for source in sources)


def test_figures_tables_and_images_can_be_read_aloud(page: Path) -> None:
    """Figures and images have descriptions, tables captions, header cells a scope."""
    reader = _read(page)
    figures = [a for tag, a in reader.tags if tag == "svg" and a.get("role") == "img"]
    assert len(figures) == sum(tag == "figure" for tag, _ in reader.tags) == 25
    assert all(re.search(r"\d", a["aria-label"] or "") for a in figures)
    assert all(a.get("alt") for tag, a in reader.tags if tag == "img")
    assert all(a.get("scope") for tag, a in reader.tags if tag == "th")
    names = [tag for tag, _ in reader.tags]
    assert names.count("caption") == names.count("table")


def test_every_verdict_comes_with_its_word(page: Path) -> None:
    """No verdict is told by colour alone."""
    text = page.read_text(encoding="utf-8")
    for kind, word in {
        "helps": "helps", "hurts": "hurts", "same": "equivalent", "open": "no evidence",
    }.items():  # fmt: skip
        assert re.search(rf'class="badge {kind}"><span aria-hidden="true">.</span> {word}', text)


def test_what_was_told_before_training_is_in_every_study_with_transfer(page: Path) -> None:
    """Measures and their rank correlations stand in the order of the module that names them."""
    text = page.read_text(encoding="utf-8")
    assert text.count("<h3>Told before training</h3>") == 2
    assert text.index(">LogME</th>") < text.index(">LEEP</th>")
    assert "<td>0.80 [0.25, 1.00]</td>" in text


def test_names_from_parameters_are_escaped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A title with a tag, a quote or a dollar is text, on the page and in figures."""

    def change(params: dict[str, Any]) -> None:
        study = params["studies"]["digits"]
        study["title"] = "<script>alert(1)</script>"
        study["tasks"]["high_digit"]["title"] = "<script>'&$x_1$"
        study["tasks"]["digit"]["title"] = "</svg><script>$"
        study["tasks"]["high_digit"]["title"] += '" onload="x'

    text = _made(tmp_path, monkeypatch, change)
    assert "<script" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert ' onload="x' not in text
    assert not _read(tmp_path / "reports" / "index.html").open


def test_a_study_may_lack_transfer_or_joint_tasks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a study does not ask leaves no empty heading behind."""

    def change(params: dict[str, Any]) -> None:
        params["studies"]["digits"].pop("multitask")
        params["studies"]["latent"].pop("finetune")
        params["studies"]["latent"].pop("pretrain")

    text = _made(tmp_path, monkeypatch, change)
    assert text.count("Over the label budget") == 1
    assert text.count("Jointly or alone") == 1
    assert "Transfer pays off for “which of 5 to 9”." in text


def test_a_study_may_compare_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A study with its baseline alone says so, and still shows its scores."""

    def change(params: dict[str, Any]) -> None:
        params["studies"].pop("latent")
        params["studies"]["digits"].pop("multitask")
        params["studies"]["digits"]["finetune"]["strategies"] = {"scratch": {}}

    text = _made(tmp_path, monkeypatch, change)
    assert "Nothing is compared in this study." in text
    assert "Learning curve on “which of 5 to 9”" in text


def test_what_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a result of another stage there is no page, but its path and what to run."""
    workspace.build(tmp_path)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "results/studies/digits/evaluation/estimates.json").unlink()
    with pytest.raises(FileNotFoundError, match=r"evaluation/estimates\.json does not exist"):
        workspace.run(tmp_path)
    assert not (tmp_path / "reports").exists()


@pytest.mark.slow
def test_another_process_makes_the_same_bytes(page: Path, tmp_path: Path) -> None:
    """Neither time zone, locale, home nor hash seed leaves a trace."""
    workspace.build(tmp_path)
    script = (
        "from trunkline.determinism import runtime\n"
        "from trunkline.settings.runtime import Runtime\n"
        "runtime.pin(Runtime())\n"
        "from pathlib import Path\n"
        "from tests.reports import workspace\n"
        "workspace.run(Path.cwd())\n"
    )
    project = str(Path(__file__).parents[2])
    elsewhere = {
        "TZ": "Pacific/Chatham", "LANG": "de_DE.UTF-8", "LC_ALL": "C", "PYTHONHASHSEED": "77",
        "PYTHONPATH": project, "HOME": str(tmp_path), "PATH": os.environ["PATH"],
    }  # fmt: skip
    subprocess.run([sys.executable, "-c", script], cwd=tmp_path, env=elsewhere, check=True)
    ours, theirs = page.parent, tmp_path / "reports"
    files = sorted(path.relative_to(ours) for path in ours.rglob("*") if path.is_file())
    assert files == sorted(path.relative_to(theirs) for path in theirs.rglob("*") if path.is_file())
    assert all((ours / file).read_bytes() == (theirs / file).read_bytes() for file in files)


def test_the_page_is_free_of_the_machine(page: Path) -> None:
    """No path, no user, no processor."""
    text = page.read_text(encoding="utf-8")
    assert str(Path.cwd()) not in text
    assert str(page.parents[1]) not in text


def test_no_rule_of_the_style_sheet_is_there_twice() -> None:
    """What is written twice is mended once and stays broken."""
    sheet = Path(pages.__file__).parent / "templates" / "style.css"
    rules = [line for line in sheet.read_text(encoding="utf-8").splitlines() if "{" in line]
    assert len(rules) > 50
    assert sorted(set(rules)) == sorted(rules)
