"""The report stage reads what others wrote, and writes one page and its figures."""

from pathlib import Path

import pytest

from tests.reports import workspace


def test_the_page_and_its_figures_appear(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every figure of the page is also a file, and a second run replaces them all."""
    workspace.build(tmp_path)
    monkeypatch.chdir(tmp_path)
    figures = tmp_path / "reports" / "figures"
    figures.mkdir(parents=True)
    (figures / "old.svg").write_text("of a study that is gone")
    workspace.run(tmp_path)
    page = (tmp_path / "reports" / "index.html").read_text(encoding="utf-8")
    names = sorted(path.stem for path in figures.iterdir())
    assert "digits-learning-high_digit" in names
    assert "old" not in names
    assert all(f'<figure id="{name}">' in page for name in names)
    assert page.count("<figure ") == len(names)
