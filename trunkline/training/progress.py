"""What is being trained and how long it still takes: a bar on a terminal, lines elsewhere."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Never, Protocol

from tqdm import tqdm

LOG = logging.getLogger(__name__)


class Watch(Protocol):
    """Counts runs as they begin."""

    def __call__(self, label: str) -> None:
        """Say that the run called `label` begins."""


@contextmanager
def watch(title: str, total: int) -> Iterator[Watch]:
    """Yield a function to call as each of `total` runs begins.

    On a terminal a bar shows the run and the time left. Elsewhere a log line says at every
    tenth of the runs how far it is: no clock is read, so that logs compare.
    """
    if sys.stderr.isatty():
        with tqdm(total=total, desc=title, unit="run", leave=False) as bar:
            yield _Bar(bar)
            bar.update(total - bar.n)
    else:
        yield _Lines(title, total)
    LOG.info("%s: %d of %d runs done", title, total, total)


class _Bar:
    def __init__(self, bar: "tqdm[Never]") -> None:
        self._bar, self._begun = bar, False

    def __call__(self, label: str) -> None:
        if self._begun:
            self._bar.update()
        self._begun = True
        self._bar.set_postfix_str(label)


class _Lines:
    def __init__(self, title: str, total: int) -> None:
        self._title, self._total, self._count = title, total, 0

    def __call__(self, label: str) -> None:
        if self._count * 10 // self._total != (self._count - 1) * 10 // self._total:
            LOG.info("%s: run %d of %d, %s", self._title, self._count + 1, self._total, label)
        self._count += 1
