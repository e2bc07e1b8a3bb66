"""What one machine serves is what prefect.yaml states, and it says why it cannot."""

import datetime
from pathlib import Path

import pytest
import yaml
from prefect import settings

from flows import serve

STATED = yaml.safe_load(serve.CONFIGURATION.read_text("utf-8"))["deployments"]


def test_all_deployments_are_served_as_stated() -> None:
    """Schedules, time zones, parameters, limits and triggers come from the file alone."""
    served = serve.deployments()
    assert [deployment.name for deployment in served] == [entry["name"] for entry in STATED]
    for deployment, entry in zip(served, STATED, strict=True):
        assert deployment.entrypoint == entry["entrypoint"]
        assert deployment.description == entry["description"]
        assert deployment.parameters == entry.get("parameters", {})
        (made,) = deployment.schedules or ()
        (stated,) = entry["schedules"]
        assert made.slug == stated["slug"]
        assert made.schedule.model_dump(include={"cron", "timezone"}) == {
            "cron": stated["cron"],
            "timezone": stated["timezone"],
        }
        assert deployment.concurrency_limit == 1
        assert deployment.concurrency_options is not None
        assert deployment.concurrency_options.collision_strategy.value == "CANCEL_NEW"
        assert deployment.work_pool_name is None


def test_the_trigger_is_served_too() -> None:
    """A changed source starts `pipeline` on one machine as it does with a worker."""
    pipeline, *others = serve.deployments()
    (trigger,) = pipeline.triggers
    assert trigger.expect == {"trunkline.source.changed"}
    assert trigger.within == datetime.timedelta(seconds=60)
    assert not any(deployment.triggers for deployment in others)


@pytest.mark.parametrize("content", ["", "deployments: []", "[]"])
def test_a_file_without_deployments_is_refused(tmp_path: Path, content: str) -> None:
    """Nothing to serve is a mistake, and not an idle process."""
    path = tmp_path / "prefect.yaml"
    path.write_text(content)
    with pytest.raises(ValueError, match=r"prefect\.yaml: expected a list of deployments"):
        serve.deployments(path)


def test_without_an_address_there_is_nothing_to_serve(capsys: pytest.CaptureFixture[str]) -> None:
    """The command line says what to set."""
    with settings.temporary_settings(restore_defaults=[settings.PREFECT_API_URL]):
        assert serve.main([]) == 1
    assert "received no address in PREFECT_API_URL" in capsys.readouterr().err


def test_without_a_server_there_is_nothing_to_serve(capsys: pytest.CaptureFixture[str]) -> None:
    """The command line says where nobody answers, and how to start a server."""
    with settings.temporary_settings({settings.PREFECT_API_URL: "http://127.0.0.1:9/api"}):
        assert serve.main([]) == 1
    error = capsys.readouterr().err
    assert "received no answer at http://127.0.0.1:9/api" in error
    assert "`make server`" in error
