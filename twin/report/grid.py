"""What the grid saw: ramps of the import, and how the site rode through disturbances, read from the result file."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from twin.compliance import ENVELOPES, Envelope, Excursion, excursions
from twin.ramps import LIMITS, largest
from twin.report.answers import amount, duration
from twin.result import Quantity, Result

Array = NDArray[np.float64]
SHOWN = 50
"""Excursions told one by one."""


def record(result: Result, member: int | None) -> dict[str, Array] | None:
    """Finest record of the connection: time, voltage, frequency and import; None when there is none.

    The trace is of the first feed; the site's channel of the lowest voltage of any feed.
    """
    for group, voltage in (("trace", "voltage_feed"), ("site", "voltage")):
        if result.has(group, voltage, "frequency", "power_grid"):
            names = {"voltage": voltage, "frequency": "frequency", "power": "power_grid"}
            found = {
                key: result.series(group, name, member).astype(np.float64) for key, name in names.items()
            }
            time = result.time(group)
            good = np.all([np.isfinite(values) for values in found.values()], axis=0)
            if np.count_nonzero(good) > 1:
                return {"time": time[good], **{key: values[good] for key, values in found.items()}}
    return None


def grid_view(result: Result, member: int | None = None) -> dict[str, Any] | None:
    """Rows of the tables "What the grid saw"; None when the import was not recorded."""
    found = record(result, member)
    if found is None:
        return None
    spacing = float(found["time"][1] - found["time"][0])
    envelopes = []
    for envelope in ENVELOPES:
        rows = excursions(envelope, found["time"], found["voltage"], found["frequency"], found["power"])
        if rows:
            shown = [_told(envelope, row) for row in rows[:SHOWN]]
            envelopes.append(
                {
                    "name": envelope.name,
                    "source": envelope.source,
                    "confidence": envelope.confidence,
                    "rows": shown,
                }
            )
    return {"spacing": duration(spacing), "ramps": _ramps(spacing, found["power"]), "envelopes": envelopes}


def _ramps(spacing: float, power: Array) -> list[dict[str, Any]]:
    rows = []
    for limit in LIMITS:
        got = largest(limit.kind, limit.window, spacing, power)
        what = "peak to peak within" if limit.kind == "swing" else "change over"
        rows.append(
            {
                "body": limit.body,
                "what": f"{what} {duration(limit.window)}",
                "got": "not recorded finely enough" if got is None else amount(Quantity(got, "W", "")),
                "limit": amount(Quantity(limit.limit, "W", "")),
                "over": got is not None and got > limit.limit,
                "source": f"{limit.source} ({limit.confidence})",
            }
        )
    return rows


def _told(envelope: Envelope, row: Excursion) -> dict[str, Any]:
    """One excursion in words."""
    asked = envelope.within < float("inf")
    if not asked:
        site = "came back" if row.back_after is not None else "did not come back"
    elif row.stayed:
        site = "rode through"
    else:
        site = "left, though it had to stay" if row.inside else "left, as it may"
    voltage = f"{row.highest:.3f} pu" if row.highest - 1.0 > 1.0 - row.lowest else f"{row.lowest:.3f} pu"
    nominal = 10.0 * round((row.slowest + row.fastest) / 20.0)
    fast = row.fastest - nominal > nominal - row.slowest
    return {
        "start": duration(row.start),
        "duration": duration(row.duration),
        "voltage": voltage,
        "frequency": f"{row.fastest if fast else row.slowest:.2f} Hz",
        "grid": "kept to the envelope" if row.inside else "left the envelope",
        "before": amount(Quantity(row.before, "W", "")),
        "least": amount(Quantity(row.least, "W", "")),
        "back": "not in this run" if row.back_after is None else duration(row.back_after),
        "site": site,
        "bad": row.inside and asked and not row.stayed,
    }
