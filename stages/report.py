"""Put everything that was found on one page, with its figures."""

from pathlib import Path

from stages import _findings, _stage
from trunkline.artifacts import digests, files, pictures
from trunkline.reports import contents, drawing, images, provenance
from trunkline.reports import page as pages


def main(
    results: Path, contracts: Path, plots: Path, library: Path, stages: Path, page: Path,
    figures: Path,
) -> None:  # fmt: skip
    """Read all results, write the page and its figures."""
    seed, runtime = _stage.params("seed", "runtime")
    datasets, studies = _stage.params("datasets", "studies")
    models, learners = _stage.params("recommenders", "metalearners")
    report = contents.Report(
        parameters={
            "seed": seed, "runtime": runtime, "datasets": datasets, "studies": studies,
            "recommenders": models, "metalearners": learners,
        },
        code=digests.sources([library, stages]),
        versions=provenance.versions(),
        studies=_findings.studies(studies, results, plots),
        recommenders=_findings.recommenders(models, results),
        metalearners=_findings.metalearners(learners, results),
        datasets=_findings.datasets(datasets, results, contracts),
    )  # fmt: skip
    drawings = drawing.draw(report)
    svgs = {drawn.name: pictures.svg_text(drawn.figure) for drawn in drawings}
    shown = {
        key: [(s, pictures.png_bytes(s.pixels)) for s in images.samples(report, key)]
        for key in datasets
    }
    with files.replacing_folder(figures) as folder:
        for name, svg in svgs.items():
            files.write(svg.encode(), folder / f"{name}.svg")
    files.write(pages.render(report, drawings, pages.Media(svgs=svgs, images=shown)).encode(), page)
