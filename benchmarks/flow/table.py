"""The table of the flow."""

from benchmarks.flow import growth, many, project, unchanged
from benchmarks.tables import Table

TABLE = Table(
    title="Speed of the flow",
    text=(
        "Each run is a process of its own, on two cores; what should be the same `dvc.lock` is.\n"
        "What Prefect needs to start and end a server of its own stands apart; a server that stays "
        "needs none\nof it. Without a number, the flow ran without Prefect. Prefect's database, "
        "which a machine makes once,\nis there. "
        f"Medians of {many.TURNS} turns, of {unchanged.TURNS} where there is nothing to do; what "
        "takes minutes\nruns once, the project twice."
    ),
    columns=("graph", "flow, s", "Prefect, s", "`dvc repro`, s", "result", "wanted"),
    suffix="-flow",
    parts={"many": many.rows, "growth": growth.rows, "project": project.rows},
)
