"""The server's pages in a real browser: a run can be seen, and nobody else is asked anything."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests import browsers
from tests.flows.server.api import HERE, Api, until

pytestmark = [*browsers.MARKS, pytest.mark.server, pytest.mark.slow]


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Any]:
    """A headless browser for each server: the last one's page would still ask the last one."""
    profile = tmp_path / "profile"
    with browsers.opened(profile, "--window-size=1400,1000") as driver:
        yield driver


def asked(browser: Any) -> set[str]:
    """Return whom the browser has asked since the last time."""
    messages = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    urls = [
        urlsplit(message["params"]["request"]["url"])
        for message in messages
        if message["method"] == "Network.requestWillBeSent"
    ]
    return {url.netloc for url in urls if url.scheme in ("http", "https", "ws", "wss")}


def test_the_page_of_a_run_asks_its_server_alone(
    deployed: Api, browser: Any, tmp_path: Path
) -> None:
    """It shows the run, its state and how many stages it had."""
    run = deployed.ended(deployed.start("pipeline/pipeline", **HERE, force=True))
    assert run["state_type"] == "COMPLETED", deployed.messages(run["id"])
    server = urlsplit(deployed.url).netloc
    for page, shown in {
        f"http://{server}/": ["Flow Runs"],
        f"http://{server}/runs/flow-run/{run['id']}": [run["name"], "Completed", "3 Task runs"],
    }.items():
        browser.get(page)
        for words in shown:
            until(lambda words=words: words in text(browser), f"'{words}' on {page}")
    browser.save_screenshot(str(tmp_path / "run.png"))
    assert asked(browser) == {server}


def text(browser: Any) -> str:
    """Return what the page says."""
    said: str = browser.execute_script("return document.body.innerText")
    return said
