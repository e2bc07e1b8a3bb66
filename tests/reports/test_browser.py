"""The page as a browser shows it: whole on a phone, silent, asking for nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import browsers

# Elements whose box leaves the page to the right, unless a scrolling container holds them.
CUT_OFF = """
const wide = document.documentElement.clientWidth;
return [...document.body.querySelectorAll('*')]
  .filter(e => !e.closest('.scroll') && !e.closest('svg svg, svg *') && e.checkVisibility())
  .map(e => [e, e.getBoundingClientRect()])
  .filter(([e, box]) => box.width > 0 && (box.right > wide + 0.5 || box.left < -0.5))
  .map(([e, box]) => `${e.tagName}.${e.className} ${box.left} ${box.right}`);
"""
# Text that its own box cuts off.
CLIPPED = """
return [...document.body.querySelectorAll('p, h1, h2, h3, h4, li, td, th, summary, .badge')]
  .filter(e => e.checkVisibility() && e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0)
  .map(e => e.textContent.trim().slice(0, 40));
"""
# Contrast of each text with the nearest background below it (WCAG 2.2, 1.4.3).
FAINT = """
const numbers = colour => colour.match(/[\\d.]+/g).map(Number);
const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
  .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
  .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
const below = e => {
  for (; e; e = e.parentElement) {
    const colour = numbers(getComputedStyle(e).backgroundColor);
    if (colour.length === 3 || colour[3] === 1) return colour;
  }
  return [255, 255, 255];
};
return [...document.body.querySelectorAll('*')]
  .filter(e => !e.closest('svg') && e.checkVisibility())
  .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()))
  .map(e => {
    const pair = [light(numbers(getComputedStyle(e).color)), light(below(e))].sort((a, b) => b - a);
    return [(pair[0] + 0.05) / (pair[1] + 0.05), e.textContent.trim().slice(0, 30)];
  })
  .filter(([ratio]) => ratio < 4.5);
"""

pytestmark = browsers.MARKS


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A headless browser with an empty profile, that notes console and network."""
    with browsers.opened(tmp_path_factory.mktemp("profile")) as driver:
        yield driver


def _open(browser: Any, page: Path, width: int, scheme: str = "light") -> None:
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    browser.get(page.as_uri())


@pytest.fixture(params=["page", "recommender_page", "metalearner_page"])
def any_page(request: pytest.FixtureRequest) -> Path:
    """The page of a workspace with studies of each kind."""
    found: Path = request.getfixturevalue(request.param)
    return found


def _unfold(browser: Any) -> None:
    browser.execute_script("document.querySelectorAll('details').forEach(d => d.open = true)")


def test_a_leaderboard_of_meta_learners_shows_all_its_columns(
    browser: Any, metalearner_page: Path
) -> None:
    """At 1200 pixels, beside the contents, nobody has to scroll sideways to a verdict or a mean."""
    _open(browser, metalearner_page, 1200)
    _unfold(browser)
    cut = browser.execute_script(
        "return [...document.querySelectorAll('section[id^=metalearner-] .scroll')]"
        ".filter(e => e.scrollWidth > e.clientWidth).map(e => e.getAttribute('aria-label'))"
    )
    assert cut == []


@pytest.mark.parametrize("width", [320, 400, 1400])
def test_nothing_is_cut_off(browser: Any, any_page: Path, width: int) -> None:
    """Nothing leaves the page sideways, opened details included, and no text its box."""
    _open(browser, any_page, width)
    _unfold(browser)
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    assert browser.execute_script(CUT_OFF) == []
    assert browser.execute_script(CLIPPED) == []


def test_the_console_is_silent_and_nothing_is_requested(browser: Any, page: Path) -> None:
    """Opening the page logs nothing and asks for the page alone."""
    browser.get_log("performance")
    _open(browser, page, 1400)
    assert browser.get_log("browser") == []
    asked = browser.execute_script(
        "return performance.getEntriesByType('resource').map(e => e.name)"
    )
    assert [url for url in asked if not url.startswith("data:")] == []
    sent = [e["message"] for e in browser.get_log("performance")]
    assert not any("http://" in m or "https://" in m for m in sent if "requestWillBeSent" in m)


def test_the_page_has_no_script_and_lives_without(browser: Any, page: Path) -> None:
    """With scripts switched off it shows the same."""
    _open(browser, page, 1400)
    assert browser.execute_script("return document.scripts.length") == 0
    height = browser.execute_script("return document.documentElement.scrollHeight")
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser.refresh()
        layout = browser.execute_cdp_cmd("Page.getLayoutMetrics", {})
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    assert layout["cssContentSize"]["height"] == height


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out(browser: Any, any_page: Path, scheme: str) -> None:
    """Contrast is at least 4.5 to 1, in the light and in the dark."""
    _open(browser, any_page, 1400, scheme)
    _unfold(browser)
    assert browser.execute_script(FAINT) == []


def test_every_figure_has_a_name(browser: Any, page: Path) -> None:
    """A screen reader is told what each figure shows."""
    _open(browser, page, 400)
    drawn = browser.find_elements("css selector", "figure > svg")
    assert drawn
    assert all(len(figure.accessible_name) > 40 for figure in drawn)
    assert {figure.aria_role for figure in drawn} <= {"image", "img"}


def test_text_in_figures_is_legible_on_a_phone(browser: Any, page: Path) -> None:
    """At 400 pixels a figure is shown at no less than its true size: 9 points and more."""
    _open(browser, page, 400)
    shrunk = browser.execute_script(
        "return [...document.querySelectorAll('figure > svg')]"
        ".map(e => e.getBoundingClientRect().width / e.viewBox.baseVal.width)"
    )
    assert min(shrunk) >= 1.0


def test_the_page_fits_on_paper(browser: Any, any_page: Path) -> None:
    """Printed on A4 with its margins, no table is cut off, opened details included."""
    _open(browser, any_page, 672)
    _unfold(browser)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        assert browser.execute_script("return document.documentElement.scrollWidth") <= 672
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
