"""Every figure of a report."""

from trunkline.reports import (
    figures_affinity,
    figures_balancing,
    figures_costs,
    figures_differences,
    figures_scores,
    figures_training,
)
from trunkline.reports.canvas import Drawing
from trunkline.reports.contents import Report
from trunkline.reports.findings import Study
from trunkline.reports.metalearning import figures as figures_metalearning
from trunkline.reports.recommending import figures


def draw(report: Report) -> tuple[Drawing, ...]:
    """Draw all figures of a report, in the order of the page."""
    return (
        *(drawing for study in report.studies for drawing in of_study(study)),
        *(drawing for study in report.recommenders for drawing in figures.draw(study)),
        *(d for study in report.metalearners for d in figures_metalearning.draw(study)),
    )


def of_study(study: Study) -> tuple[Drawing, ...]:
    """Draw the figures of one study: none for a part that it does not have."""
    targets = study.tasks_of("transfer")[: figures_scores.MOST]
    return (
        *(drawing for task in targets for drawing in _of_target(study, task)),
        *figures_scores.side_by_side(study, "adapt"),
        *figures_scores.side_by_side(study, "multitask"),
        *figures_affinity.matrix(study),
        *figures_costs.gains(study),
        *figures_training.training_curves(study),
        *figures_balancing.curves(study),
    )


def _of_target(study: Study, task: str) -> list[Drawing]:
    curve = figures_scores.learning_curve(study, task)
    compared = study.judged("transfer", task)
    return [curve, figures_differences.forest(study, task)] if compared else [curve]
