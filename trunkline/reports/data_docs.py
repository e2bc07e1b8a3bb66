"""Great Expectations' Data Docs of a dataset, made to work without a network.

Its own renderer lays out what validation recorded. What it would fetch from a dozen hosts is taken
out (styles, scripts, a logo that reports the visit), and a sheet of ours is put in. The page of one
dataset is a list to look things up in; the report has the same outcome with the reasons.
"""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import jinja2

from trunkline.data import rules
from trunkline.reports import expecting

if TYPE_CHECKING:
    from great_expectations.core import ExpectationValidationResult

POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
_FETCHED = (
    r"<script\b.*?</script>", r"<style\b.*?</style>", r"<link\b[^>]*>", r"<img\b[^>]*>",
    r"<title>.*?</title>", r"<footer>.*?</footer>",
    r'<nav class="navbar navbar-expand.*?</nav>\s*</div>\s*</nav>',
)  # fmt: skip
_LEADING_OUT = re.compile(r'(href|src)="(?!#)[^"]*"')


def page(validation: Mapping[str, Any], title: str) -> str:
    """Return the page of one dataset, from what validation recorded.

    Args:
        validation: contents of `validation.json`.
        title: of the dataset.
    """
    # Imported here, for it takes seconds and only this command needs it.
    from great_expectations.core import ExpectationSuiteValidationResult
    from great_expectations.render.renderer.page_renderer import ValidationResultsPageRenderer
    from great_expectations.render.view.view import DefaultJinjaPageView

    told = [one for one in validation["expectations"] if one["type"] not in rules.OPTIONS]
    results = [_result(one, int(validation["rows"])) for one in told]
    held = sum(bool(result.success) for result in results)
    outcome = ExpectationSuiteValidationResult(
        success=held == len(results),
        results=results,
        suite_name=str(validation["dataset"]),
        statistics={
            "evaluated_expectations": len(results),
            "successful_expectations": held,
            "unsuccessful_expectations": len(results) - held,
            "success_percent": 100 * held / len(results) if results else None,
        },
        # The renderer wants a time; ours is no input, so it is that of no run.
        meta={"run_id": {"run_name": title, "run_time": "1970-01-01T00:00:00+00:00"}},
    )
    document = ValidationResultsPageRenderer(run_info_at_end=False).render(outcome)
    html = DefaultJinjaPageView().render(document)  # type: ignore[no-untyped-call]
    ours = expecting.expectations([one for one in validation["expectations"] if one not in told])
    table = _environment().get_template("data_docs_rules.html.jinja").render(rules=ours)
    # What Great Expectations does not know comes last, out of what is taken from its page.
    return re.sub(r"</body>", lambda _: f"{table}</body>", offline(str(html), title), count=1)


def offline(html: str, title: str) -> str:
    """Return a page of Great Expectations that asks nobody for anything."""
    for part in _FETCHED:
        html = re.sub(part, "", html, flags=re.DOTALL)
    html = _LEADING_OUT.sub(r'\1="index.html"', html)
    head = _environment().get_template("data_docs_head.html.jinja")
    filled = head.render(title=title, policy=POLICY)
    # A function, since a replacement text would have its backslashes read.
    html = re.sub(r"<head>", lambda _: f"<head>{filled}", html, count=1)
    back = '<body>\n<p class="back"><a href="index.html">All datasets</a></p>'
    return re.sub(r"<body>", lambda _: back, html, count=1)


def index(datasets: Sequence[tuple[str, str, Mapping[str, Any]]]) -> str:
    """Return the page that leads to all others.

    Args:
        datasets: name, title and contents of `validation.json` of each.
    """
    listed = [
        {
            "name": name, "title": title, "rows": validation["rows"],
            "asked": len(validation["expectations"]),
            "broken": sum(not one["success"] for one in validation["expectations"]),
        }
        for name, title, validation in datasets
    ]  # fmt: skip
    template = _environment().get_template("data_docs.html.jinja")
    return template.render(datasets=listed, title="Data", policy=POLICY)


def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader("trunkline.reports", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _result(record: Mapping[str, Any], rows: int) -> "ExpectationValidationResult":
    from great_expectations.core import ExpectationValidationResult
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    about = {"column": record["column"]} if record.get("column") else {}
    error = record.get("error") or None
    return ExpectationValidationResult(
        success=bool(record["success"]),
        expectation_config=ExpectationConfiguration(
            type=record["type"], kwargs={**about, **record["kwargs"]}
        ),
        result=_found(record, rows),
        meta={},
        exception_info={
            "raised_exception": error is not None, "exception_message": error,
            "exception_traceback": error,
        },
    )  # fmt: skip


def _found(record: Mapping[str, Any], rows: int) -> dict[str, Any]:
    """Return what was seen, as Great Expectations tells it."""
    if record.get("observed") is not None:
        return {"observed_value": record["observed"]}
    wrong = int(record.get("unexpected_count") or 0)
    share = 100 * wrong / max(1, rows)
    return {
        "element_count": rows, "missing_count": 0, "missing_percent": 0.0,
        "unexpected_count": wrong, "unexpected_percent": share,
        "unexpected_percent_total": share, "unexpected_percent_nonmissing": share,
        "partial_unexpected_list": [],
    }  # fmt: skip
