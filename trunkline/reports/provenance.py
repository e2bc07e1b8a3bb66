"""What made the results: versions, parameters, digests; nothing that depends on the machine."""

import dataclasses
import json
from collections.abc import Mapping, Sequence
from importlib import metadata
from typing import Any

# The packages whose version can change a number; the CPU build of TensorFlow counts as TensorFlow.
PACKAGES = (
    "tensorflow",
    "keras",
    "numpy",
    "pandas",
    "pyarrow",
    "scipy",
    "scikit-learn",
    "great-expectations",
    "h5py",
    "matplotlib",
    "dvc",
)


def versions(packages: Sequence[str] = PACKAGES) -> dict[str, str]:
    """Return the installed version of each package, "not installed" where there is none."""
    return {package: _version(package) for package in packages}


def _version(package: str) -> str:
    builds = [package, f"{package}-cpu"] if package == "tensorflow" else [package]
    found = {d.metadata["Name"].lower(): d.version for b in builds for d in _installed(b)}
    return next(iter(found.values()), "not installed")


def _installed(package: str) -> list[metadata.Distribution]:
    return list(metadata.distributions(name=package))


def plain(settings: Any) -> Any:
    """Return settings as mappings, lists and scalars, to be printed."""
    if dataclasses.is_dataclass(settings) and not isinstance(settings, type):
        return plain(
            {field.name: getattr(settings, field.name) for field in dataclasses.fields(settings)}
        )
    if isinstance(settings, Mapping):
        return {str(key): plain(value) for key, value in settings.items()}
    if isinstance(settings, tuple | list):
        return [plain(value) for value in settings]
    return settings


def printed(parameters: Mapping[str, Any]) -> str:
    """Return parameters as indented JSON, keys in order, short lists on one line."""
    return "\n".join(_lines(plain(parameters), 0))


def _lines(value: Any, depth: int) -> list[str]:
    lines = []
    for key in value:
        item = value[key]
        if isinstance(item, Mapping) and item:
            lines += [f"{'  ' * depth}{key}:", *_lines(item, depth + 1)]
        else:
            lines.append(f"{'  ' * depth}{key}: {json.dumps(item, ensure_ascii=False)}")
    return lines
