"""Where and as whom a clone runs: what should make no difference, made different."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from trunkline.sources import caching

# What a stage may need to reach its data and its devices; nothing of it is about the user.
PASSED = (
    "CUDA_VISIBLE_DEVICES",
    "LD_LIBRARY_PATH",
    "REQUESTS_CA_BUNDLE",
    "SSL_CERT_DIR",
    "SSL_CERT_FILE",
    *(name for word in ("http_proxy", "https_proxy", "no_proxy") for name in (word, word.upper())),
)
DECIMAL_COMMAS = ("de_", "fr_", "ru_", "es_", "pt_", "tr_", "it_", "nl_", "pl_")


class MissingVariableError(ValueError):
    """A variable that the stages need is not set."""


@dataclass(frozen=True)
class Surroundings:
    """What one clone runs in.

    Args:
        name: Of the run.
        folder: The clone's name, below the folder of the run.
        zone: Time zone.
        locale: For numbers, dates and letters.
        seed: Of Python's hashes.
        umask: Of new files.
        user: Name, and name of the home.
    """

    name: str
    folder: str
    zone: str
    locale: str
    seed: int
    umask: int
    user: str

    def variables(self, place: Path, passed: Mapping[str, str]) -> dict[str, str]:
        """Return the whole environment of the run; there is no SHELL in it.

        Args:
            place: The folder of the run; made, as its home and its temporary files are in it.
            passed: Variables of the caller that the stages need.
        """
        home = place / f"home of {self.user}"
        temporary = place / "temporary files"
        for folder in (home, temporary):
            folder.mkdir(parents=True, exist_ok=True)
        return {
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), passed["PATH"]]),
            "HOME": str(home),
            "TMPDIR": str(temporary),
            "USER": self.user,
            "LOGNAME": self.user,
            "TZ": self.zone,
            "LC_ALL": self.locale,
            "PYTHONHASHSEED": str(self.seed),
            "PYTHONUNBUFFERED": "1",
            "DVC_SITE_CACHE_DIR": str(place / "site"),
            "DVC_NO_ANALYTICS": "1",
            "PREFECT_HOME": str(place / "prefect"),
            "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "DO_NOT_TRACK": "1",
            **{name: value for name, value in passed.items() if name != "PATH"},
        }

    def described(self) -> dict[str, str]:
        """Return what differs between runs, by name, to be shown."""
        return {
            "path": f".../{self.folder}",
            "time zone": self.zone,
            "locale": self.locale,
            "hash seed": str(self.seed),
            "umask": f"{self.umask:03o}",
            "user and home": self.user,
        }


def serial() -> Surroundings:
    """Return the surroundings of the serial run: as odd as they may be."""
    return Surroundings(
        name="serial",
        folder='it\'s a "clone", ünd $ödd',
        zone="Pacific/Chatham",
        locale=comma_locale(),
        seed=12345,
        umask=0o077,
        user="someone",
    )


def parallel() -> Surroundings:
    """Return the surroundings of the parallel run: plain ones, elsewhere."""
    return Surroundings(
        name="parallel",
        folder="clone",
        zone="America/St_Johns",
        locale="C",
        seed=1,
        umask=0o022,
        user="another",
    )


def comma_locale() -> str:
    """Return a locale of this machine that writes 0,5, or one of UTF-8, or that of POSIX."""
    try:
        listed = subprocess.run(
            ["locale", "-a"],  # noqa: S607 (wherever the machine has it)
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split()
    except (OSError, subprocess.CalledProcessError):
        listed = []
    for wanted in (DECIMAL_COMMAS, ("C.utf8", "C.UTF-8")):
        found = [name for name in listed if name.startswith(wanted)]
        if found:
            return max(found, key=lambda name: "utf" in name.lower())
    return "POSIX"


def passed(names: Sequence[str] = ()) -> dict[str, str]:
    """Return the caller's variables that the runs get: PATH, what `PASSED` names, and these.

    Beside them the caller's folder of files that were fetched from an address.

    Args:
        names: Variables that the stages need beside.

    Raises:
        MissingVariableError: One of them is not set.
    """
    missing = [name for name in names if name not in os.environ]
    if missing:
        raise MissingVariableError(
            f"Expected the variables that --env names to be set; {', '.join(missing)} is not. "
            "Export it, or leave it out."
        )
    given = {name: os.environ[name] for name in (*PASSED, *names) if name in os.environ}
    # What was fetched once is checked by its SHA-256 wherever it lies.
    shared = {caching.VARIABLE: str(caching.folder())}
    return {"PATH": os.environ.get("PATH", os.defpath), **shared, **given}
