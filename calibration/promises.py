"""What verdicts are to be trusted with, and whether they can be."""

from collections.abc import Sequence
from dataclasses import dataclass

from calibration.studies import Finding
from trunkline.metrics import estimates
from trunkline.metrics.estimates import Estimate
from trunkline.metrics.verdicts import Verdict


@dataclass(frozen=True)
class Promise:
    """How often studies of a kind may, or must, come to a verdict in any of their comparisons."""

    kind: str
    verdict: Verdict
    words: str
    least: float = 0.0
    most: float = 1.0

    def text(self) -> str:
        """Return the bound in words."""
        return f"at least {self.least:.0%}" if self.least else f"at most {self.most:.0%}"

    def share(self, findings: Sequence[Finding]) -> Estimate:
        """Return the share of studies that came to the verdict, with its Wilson interval."""
        numbers = {f.number for f in findings if f.kind == self.kind}
        found = {f.number for f in findings if (f.kind, f.verdict) == (self.kind, self.verdict)}
        return estimates.share(len(found), len(numbers), alpha=0.05)

    def kept(self, findings: Sequence[Finding]) -> bool:
        """Return whether the share itself is within the bound."""
        return self.least <= self.share(findings).value <= self.most


PROMISES = (
    Promise("unrelated", "helps", "an unrelated source is wrongly said to help", most=0.05),
    Promise("related", "helps", "a strong relation is found: transfer helps", least=0.9),
    Promise("contradicting", "hurts", "a contradicting source is said to hurt", least=0.8),
)
