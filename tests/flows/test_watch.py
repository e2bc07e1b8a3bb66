"""The flow `watch`, without a server: what it looks at, what it says and what it remembers."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prefect import State, settings
from prefect.logging import disable_run_logger

from flows import watch
from flows.watching import memory


class Client:
    """Takes events in place of a server, or refuses them."""

    def __init__(self) -> None:
        self.events: list[Any] = []
        self.refusal: Exception | None = None

    async def __aenter__(self) -> "Client":
        return self

    async def __aexit__(self, *_: object) -> None:
        pass

    async def emit(self, event: Any) -> None:
        """Take an event."""
        if self.refusal:
            raise self.refusal
        self.events.append(event)


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Client:
    """Return what takes the events of a flow that believes in a server."""
    client = Client()
    monkeypatch.setattr(watch.events, "get_events_client", lambda **_: client)
    return client


@pytest.fixture
def tables(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Return what takes the tables of the flow."""
    shown: list[Any] = []
    monkeypatch.setattr(
        watch.artifacts, "create_table_artifact", lambda table, **_: shown.append(table)
    )
    return shown


@pytest.fixture
def rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a file of rows in a project that has it as its dataset, beside a bundled one."""
    monkeypatch.chdir(tmp_path)
    sources = {
        "digits": {"kind": "bundled", "name": "digits"},
        "rows": {"kind": "csv", "path": "rows.csv"},
    }
    write(sources)
    path = tmp_path / "rows.csv"
    path.write_text("a\n")
    return path


@pytest.fixture(autouse=True)
def server() -> Iterator[None]:
    """Name a server that is not there: what would ask it fails."""
    with settings.temporary_settings({settings.PREFECT_API_URL: "http://127.0.0.1:9/api"}):
        yield


def write(sources: dict[str, Any]) -> None:
    """Write a params.yaml with datasets of these sources; JSON is YAML."""
    datasets = {name: {"source": source} for name, source in sources.items()}
    watch.PARAMETERS.write_text(json.dumps({"datasets": datasets}))


def look() -> State[None]:
    """Run the flow once, without its engine."""
    with disable_run_logger():
        return watch.watch.fn()


@pytest.mark.usefixtures("tables")
def test_a_change_is_announced_once(client: Client, rows: Path) -> None:
    """One event for one change: of the dataset, with the facts that differ."""
    assert look().message == "cannot change: digits; seen for the first time: rows"
    assert look().message == "cannot change: digits; unchanged: rows"
    assert client.events == []
    rows.write_text("a\nb\n")
    assert look().message == "cannot change: digits; changed: rows"
    assert look().message == "cannot change: digits; unchanged: rows"
    (event,) = client.events
    assert event.event == "trunkline.source.changed"
    assert event.resource.id == "trunkline.dataset.rows"
    assert event.payload == {"facts": "modified, size"}


@pytest.mark.usefixtures("tables")
def test_an_event_that_is_not_delivered_is_tried_again(client: Client, rows: Path) -> None:
    """What no server has heard of is not remembered."""
    look()
    rows.write_text("a\nb\n")
    client.refusal = ConnectionRefusedError("no server")
    with pytest.raises(ConnectionRefusedError, match="no server"):
        look()
    client.refusal = None
    assert look().message == "cannot change: digits; changed: rows"
    assert len(client.events) == 1


@pytest.mark.usefixtures("tables")
def test_without_a_server_a_change_is_not_remembered(client: Client, rows: Path) -> None:
    """A look by hand does not take a change away from the schedule."""
    look()
    rows.write_text("a\nb\n")
    with settings.temporary_settings(restore_defaults=[settings.PREFECT_API_URL]):
        assert look().message == "cannot change: digits; changed: rows"
    assert client.events == []
    assert look().message == "cannot change: digits; changed: rows"
    assert len(client.events) == 1


@pytest.mark.usefixtures("client", "rows")
def test_every_dataset_is_in_the_table(tables: list[Any]) -> None:
    """What was found of each is shown."""
    look()
    assert tables == [
        [
            {"dataset": "digits", "source": "cannot change", "": ""},
            {"dataset": "rows", "source": "seen for the first time", "": ""},
        ]
    ]


def test_one_source_out_of_reach_is_a_warning(
    client: Client, rows: Path, tables: list[Any]
) -> None:
    """The others are looked at; the run is completed and its table says what is missing."""
    write({"rows": {"kind": "csv", "path": "rows.csv"}, "lost": {"kind": "csv", "path": "lost"}})
    look()
    rows.write_text("a\nb\n")
    state = look()
    assert state.is_completed()
    assert state.message == "changed: rows; could not be seen: lost"
    assert len(client.events) == 1
    assert "No such file" in tables[-1][1][""]


@pytest.mark.usefixtures("client", "tables")
def test_the_run_fails_when_no_source_can_be_seen(rows: Path) -> None:
    """A look that saw nothing is no look; what was seen before stays."""
    look()
    before = memory.read()
    rows.unlink()
    with pytest.raises(ConnectionError, match=r"received none of rows: .*No such file"):
        look()
    assert memory.read() == before


@pytest.mark.usefixtures("rows", "client", "tables")
@pytest.mark.parametrize("content", ["", "datasets: 1", "datasets: {rows: 1}", "datasets: {a: {}}"])
def test_parameters_without_datasets_are_refused(content: str) -> None:
    """What to look at must be said; `check` knows more."""
    watch.PARAMETERS.write_text(content)
    with pytest.raises(ValueError, match="expected a mapping of datasets, each with its source"):
        look()


@pytest.mark.parametrize(
    ("error", "code"), [(None, 0), (ConnectionError("lost"), 1), (ValueError("broken"), 1)]
)
def test_the_command_line_tells_by_its_exit_code(
    monkeypatch: pytest.MonkeyPatch, error: Exception | None, code: int
) -> None:
    """0 after a look, 1 where there was nothing to be seen or read."""

    def flow() -> None:
        if error:
            raise error

    monkeypatch.setattr(watch, "watch", flow)
    assert watch.main([]) == code
