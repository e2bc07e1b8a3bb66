"""What is created in Prefect; a test with a server reads it back."""

import inspect
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from prefect import artifacts as prefects

from flows.running.plan import State
from flows.showing import artifacts
from tests.flows.showing import workspace
from tests.flows.showing.workspace import Clock, Steps

Created = list[tuple[str, UUID, dict[str, Any]]]


@pytest.fixture
def created(monkeypatch: pytest.MonkeyPatch) -> Created:
    """Return what is created, instead of sending it to a server."""
    calls: Created = []
    for name in ("create_table_artifact", "create_markdown_artifact", "create_link_artifact"):
        signature = inspect.signature(getattr(prefects, name))

        def create(
            *words: Any, _name: str = name, _signature: inspect.Signature = signature, **more: Any
        ) -> UUID:
            assert more.pop("_sync")  # no coroutine that nobody waits for
            calls.append((_name, uuid4(), dict(_signature.bind(*words, **more).arguments)))
            return calls[-1][1]

        monkeypatch.setattr(prefects, name, create)
    return calls


def test_each_part_is_created_as_what_it_is(
    tmp_path: Path, clock: Clock, steps: Steps, created: Created
) -> None:
    """Tables, pages and a link, with keys and descriptions; their ids are returned."""
    workspace.study(tmp_path, "digits", [workspace.COMPARISON])
    workspace.report(tmp_path)
    told = workspace.run(clock, steps("train"))
    ids = artifacts.publish(tmp_path, told, [workspace.CHANGE])
    assert [(name, arguments["key"]) for name, _, arguments in created] == [
        ("create_table_artifact", "pipeline-stages"),
        ("create_table_artifact", "pipeline-metrics"),
        ("create_markdown_artifact", "pipeline-verdicts"),
        ("create_link_artifact", "pipeline-report"),
    ]
    assert ids == tuple(identifier for _, identifier, _ in created)
    assert all(arguments["description"] for _, _, arguments in created)
    (_, _, table), (_, _, page), (_, _, link) = created[0], created[2], created[3]
    assert table["table"][0]["State"] == State.RAN.value
    assert page["markdown"].startswith("### digits")
    assert (link["link_text"], link["link"][:8]) == ("reports/index.html", "file:///")


def test_keys_are_such_as_prefect_takes(
    tmp_path: Path, clock: Clock, steps: Steps, created: Created
) -> None:
    """Prefect's own check of what is sent."""
    artifacts.publish(tmp_path, workspace.run(clock, steps("train")))
    ((_, _, arguments),) = created
    assert prefects.TableArtifact(**arguments).key == "pipeline-stages"
