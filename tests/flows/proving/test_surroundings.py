import subprocess
from pathlib import Path

import pytest

from flows.proving import surroundings
from trunkline.sources import caching


def test_a_run_sees_nothing_of_its_caller(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither shell nor home nor Python's variables; only what it needs to reach its data."""
    for name in ("SHELL", "PYTHONPATH", "GIT_DIR", "PREFECT_API_URL", "SECRET", "OMP_NUM_THREADS"):
        monkeypatch.setenv(name, "of the caller")
    monkeypatch.setenv("https_proxy", "proxy")
    monkeypatch.setenv("TOKEN", "token")
    passed = surroundings.passed(("TOKEN",))
    variables = surroundings.serial().variables(tmp_path, passed)
    assert "of the caller" not in variables.values()
    assert (variables["https_proxy"], variables["TOKEN"]) == ("proxy", "token")
    assert variables["TRUNKLINE_CACHE"] == str(caching.folder())  # of the caller's home
    assert variables["HOME"] == str(tmp_path / "home of someone")
    assert Path(variables["HOME"]).is_dir()
    assert "" not in variables["PATH"].split(":")


def test_a_variable_that_is_not_set_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stage would fail for it much later."""
    monkeypatch.delenv("TOKEN", raising=False)
    with pytest.raises(surroundings.MissingVariableError, match=r"TOKEN is not. Export it"):
        surroundings.passed(("TOKEN", "PATH"))


@pytest.mark.parametrize(
    ("listed", "chosen"),
    [
        ("C\nC.utf8\nPOSIX\nde_DE\nde_DE.utf8\nen_US.utf8\n", "de_DE.utf8"),
        ("C\nfr_FR\nen_US.utf8\n", "fr_FR"),
        ("C\nC.UTF-8\nPOSIX\n", "C.UTF-8"),
        ("C\nPOSIX\n", "POSIX"),
    ],
)
def test_a_locale_with_decimal_commas_is_preferred(
    monkeypatch: pytest.MonkeyPatch, listed: str, chosen: str
) -> None:
    """Of those there are on the machine."""
    done = subprocess.CompletedProcess([], 0, stdout=listed)
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: done)
    assert surroundings.comma_locale() == chosen


def test_a_machine_without_locales_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """Minimal images have no program to list them."""
    monkeypatch.setenv("PATH", "")
    assert surroundings.comma_locale() == "POSIX"
