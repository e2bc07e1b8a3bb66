"""What was measured in a study of meta-learners, as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from trunkline.reports.metalearning import rows
from trunkline.reports.metalearning.rows import Chosen, Contrast, Estimate, Facts, Step
from trunkline.settings.metalearning.arms import HELD_AGAINST, NEAREST
from trunkline.settings.metalearning.methods import GRADIENT, METRIC
from trunkline.settings.metalearning.study import Metalearner

EVALUATED = ("facts", "estimates", "comparisons", "adaptation", "adapted", "embeddings")
LEARNED = ("runs", "chosen")
ERRORS = ("rmse", "mae")  # of which less is better


@dataclass(frozen=True, kw_only=True)
class Measured:
    """Everything measured in one study of meta-learners.

    Attributes:
        adaptation: means after some numbers of steps, of arms that take steps.
        adapted: one task of a regression on one number, and functions before and after.
        embeddings: rows of test classes as a trunk sees them.
        chosen: rates and steps by arm.
        runs: a record for each trained network.
        curves: columns method, repeat, epoch, training, validation.
    """

    name: str
    settings: Metalearner
    facts: Facts
    estimates: tuple[Estimate, ...]
    comparisons: tuple[Contrast, ...]
    adaptation: tuple[Step, ...]
    adapted: Mapping[str, Any] | None
    embeddings: Mapping[str, Any] | None
    chosen: Mapping[str, Chosen]
    runs: tuple[Mapping[str, Any], ...]
    curves: pd.DataFrame

    @property
    def ranked(self) -> tuple[Estimate, ...]:
        """Estimates of arms that see one query at a time, the best first; of equals the first."""
        return self._sorted(transductive=False)

    @property
    def apart(self) -> tuple[Estimate, ...]:
        """Those of transductive methods, which see all queries of an episode together."""
        return self._sorted(transductive=True)

    @property
    def judged(self) -> tuple[Contrast, ...]:
        """Comparisons of arms that see one query at a time."""
        aside = {e.arm for e in self.apart}
        return tuple(c for c in self.comparisons if c.arm not in aside)

    @property
    def baselines(self) -> tuple[str, ...]:
        """What methods are held against: fine-tuning where it runs, scratch, nearest neighbour."""
        held = {c.baseline for c in self.comparisons}
        return tuple(arm for arm in HELD_AGAINST if arm in held)

    @property
    def steps(self) -> dict[str, int]:
        """After how many steps arms are judged, of those that take steps and are estimated."""
        methods = self.settings.methods.named()
        asked = {arm: getattr(found, "test_steps", None) for arm, found in methods.items()}
        asked |= {arm: found.steps for arm, found in self.chosen.items()}
        known = {e.arm for e in self.estimates if e.metric == self.facts.metric}
        return {arm: n for arm, n in asked.items() if n is not None and arm in known}

    def estimate(self, arm: str) -> Estimate:
        """Return the estimate of an arm."""
        return next(e for e in (*self.ranked, *self.apart) if e.arm == arm)

    def against(self, arm: str, baseline: str) -> Contrast | None:
        """Return an arm against a baseline; None where they are not compared."""
        found = (c for c in self.comparisons if (c.arm, c.baseline) == (arm, baseline))
        return next(found, None)

    def verdict(self, arm: str, baseline: str) -> str:
        """Return what is shown of an arm against a baseline; empty where they are not compared."""
        contrast = self.against(arm, baseline)
        return "" if contrast is None else contrast.verdict

    def _sorted(self, *, transductive: bool) -> tuple[Estimate, ...]:
        main, sign = self.facts.metric, 1 if self.facts.metric in ERRORS else -1
        found = [e for e in self.estimates if (e.metric, e.transductive) == (main, transductive)]
        return tuple(sorted(found, key=lambda e: sign * e.value))


def learner(arm: str) -> bool:
    """Return whether an arm is a meta-learner, and none of what they are judged against."""
    return arm in (*METRIC, *GRADIENT)


def measured(
    name: str, settings: Metalearner, records: Mapping[str, Any], curves: pd.DataFrame
) -> Measured:
    """Build a study of meta-learners from what its stages wrote.

    Args:
        name: its key in params.yaml.
        settings: its parameters.
        records: contents of the files `EVALUATED` and `LEARNED`, by stem.
        curves: losses by epoch.

    Raises:
        ValueError: a row lacks a value, or has a verdict that is none.
    """
    facts = Facts(**rows.known(Facts, records["facts"], "facts.json"))
    comparisons = tuple(rows.contrast(row) for row in records["comparisons"])
    return Measured(
        name=name,
        settings=settings,
        facts=facts,
        estimates=tuple(
            Estimate(**rows.known(Estimate, row, "estimates.json")) for row in records["estimates"]
        ),
        comparisons=tuple(c for c in comparisons if c.metric == facts.metric),
        adaptation=tuple(
            Step(**rows.known(Step, row, "adaptation.json"))
            for row in records["adaptation"]
            if row.get("arm") != NEAREST  # which stands in where nothing takes steps
        ),
        adapted=records["adapted"],
        embeddings=records["embeddings"],
        chosen={
            arm: Chosen(**rows.known(Chosen, row, "chosen.json"))
            for arm, row in records["chosen"].items()
        },
        runs=tuple(records["runs"]),
        curves=curves,
    )
