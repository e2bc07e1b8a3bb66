"""What was counted, in Markdown."""

from collections.abc import Sequence

import numpy as np

from calibration import studies
from calibration.promises import PROMISES
from calibration.studies import Finding
from trunkline.metrics.estimates import Estimate
from trunkline.settings.strategies import Strategies

VERDICTS = ("helps", "hurts", "equivalent", "no evidence")
HEAD = """# Can the verdicts be trusted?

`make calibrate` makes tables whose truth is known, asks {count} studies of each kind, and counts
their verdicts. This page is what it wrote; the command fails when a promise is not kept.

A study has one source with all its labels, one target with {budget} labels a class, {repeats}
repeats, and the arms {arms} against scratch, which are corrected for each other. Rows come from
`latent` ([params](params.md#latent)): a related target is a function of the hidden units that the
source has learned, an unrelated one a straight line through factors that the source ignores, a
contradicting one a function of hidden units of those factors. A study counts once, whichever of
its comparisons comes to the verdict. The second table has every comparison, and the gain in points
of accuracy: its mean over the studies and its deviation between them.

"""


def page(findings: Sequence[Finding]) -> str:
    """Return the whole page."""
    question = studies.QUESTION
    named = [name for name in vars(question.finetune.strategies) if _runs(name)]
    head = HEAD.format(
        count=len({f.number for f in findings}),
        budget=studies.BUDGET,
        repeats=question.repeats,
        arms=" and ".join(f"`{name}`" for name in named if name != "scratch"),
    )
    return head + promised(findings) + "\n" + counted(findings)


def promised(findings: Sequence[Finding]) -> str:
    """Return the table of promises: bound, share with its interval, kept or not."""
    lines = ["| promise | bound | counted | 95 % interval | kept |", "|---|---|---|---|---|"]
    for promise in PROMISES:
        share = promise.share(findings)
        kept = "yes" if promise.kept(findings) else "**no**"
        lines.append(
            f"| {promise.words} | {promise.text()} | {_share(share)} of {share.n} | "
            f"{share.low:.1%} to {share.high:.1%} | {kept} |"
        )
    return "\n".join(lines) + "\n"


def counted(findings: Sequence[Finding]) -> str:
    """Return the table of every verdict by kind and arm, and the mean gain in points."""
    heads = ["target", "arm", *VERDICTS, "mean gain", "deviation"]
    lines = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    for kind, arm in dict.fromkeys((f.kind, f.arm) for f in findings):
        ours = [f for f in findings if (f.kind, f.arm) == (kind, arm)]
        gains = 100 * np.array([f.difference for f in ours])
        cells = [str(sum(f.verdict == verdict for f in ours)) for verdict in VERDICTS]
        cells += [f"{gains.mean():+.1f} points", f"{gains.std():.1f}"]
        lines.append(f"| {' | '.join([kind, f'`{arm}`', *cells])} |")
    return "\n".join(lines) + "\n"


def _share(share: Estimate) -> str:
    return f"{share.value:.1%}"


def _runs(name: str) -> bool:
    strategies: Strategies = studies.QUESTION.finetune.strategies
    return getattr(strategies, name) is not None
