"""What every study asks of the dataset that it names."""

from collections.abc import Iterator, Mapping

from trunkline.settings import naming
from trunkline.settings.dataset import Dataset

Problem = tuple[str, str]  # the place, what is wrong there


def known(place: str, name: str, datasets: Mapping[str, Dataset]) -> Iterator[Problem]:
    """Yield what is wrong where there is no dataset of this name."""
    if name not in datasets:
        yield place, f"unknown dataset '{name}'{naming.suggestion(name, list(datasets))}"
