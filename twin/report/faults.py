"""The page of a table of failures: the answer in words first, then the maps and every combination."""

from __future__ import annotations

from twin.faults.table import FaultTable
from twin.plots.faults import fault_map
from twin.report.html import embedded, rendered


def render(table: FaultTable) -> str:
    """Return the HTML text of the page of a table of failures."""
    from twin.faults.command import minimal, outcome, summary

    return rendered(
        "faults.html.j2",
        title=f"{table.site}: what a failure costs",
        subtitle=f"{len(table.faults)} failures, one by one and in pairs; {table.racks:g} racks",
        description=table.description,
        lines=[line for line in summary(table)[1:] if not line.startswith("  ")],
        maps=[
            figure
            for mains_lost, name in ((True, "lost"), (False, "there"))
            for figure in embedded(fault_map(table, mains_lost=mains_lost), name)
        ],
        cuts=[
            (table.name(seen), "lost" if seen.mains_lost else "there", outcome(table, seen))
            for seen in minimal(table)
        ],
        rows=[
            (table.name(seen), "lost" if seen.mains_lost else "there", outcome(table, seen), f"{seen.inlet_max:.1f}")
            for seen in table.seen
        ],
    )  # fmt: skip
