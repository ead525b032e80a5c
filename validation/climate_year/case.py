"""A year of a campus in three climates: PUE, water, hours of economiser, heat sold at three temperatures."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from twin.kernels.device import simulating
from twin.metrics import MWH
from twin.validation.case import Case, Check
from twin.validation.climate_year.site import (
    CLIMATES,
    ECONOMISERS,
    HEAT,
    MEMBERS,
    Member,
    Year,
    available,
    stepped,
)

PUE_RANGE = (1.25, 0.20)
WUE_RANGE = (1.3, 1.2)
COP_RANGE = (4.5, 2.5)
"""Middle and half width of what is published; see the README."""

DAYS = 3
"""Days of January, from the 10th, stepped at 60 s too: frost, thaw and partial economiser in one place or another."""
JANUARY_10 = 9 * 24

SHORT = (Member("Singapore"), Member("Leesburg, Virginia"), Member("Leesburg, Virginia", supply=65.0))
"""What the CUDA simulator steps, for so many hours of January at this step [s]: it takes a second a step."""
SHORT_HOURS, SHORT_STEP = 2, 900.0


@cache
def year(backend: str) -> Year:
    """The whole year of every member."""
    return stepped(backend)


def ordered(quantity: str, values: list[float]) -> Check:
    """Whether values rise strictly, told with the values."""
    told = ", ".join(f"{value:.4g}" for value in values)
    return Check(quantity, float(bool((np.diff(values) > 0.0).all())), 1.0, 0.0, "1", told)


def run(backend: str) -> list[Check]:
    """Return the checks; the CUDA simulator steps two hours of January."""
    there, why = available()
    if not there:
        return [Check("PUE of a year, ranking of climates", None, 1.0, 0.0, "1", why)]
    if simulating():
        return short(backend)
    found = year(backend)
    return [*climates(found), *heat(found), *books(found), *steps(backend)]


def short(backend: str) -> list[Check]:
    """Return the checks of a few hours: water ranks as the weather does, heat is sold, energy closes."""
    found = stepped(backend, SHORT, JANUARY_10, SHORT_HOURS, SHORT_STEP)
    pue = [found.use[1].pue, found.use[0].pue]
    return [
        ordered("PUE: Leesburg in January below Singapore", pue),
        ordered("heat sold in Leesburg, in GWh", [0.0, found.sold[2] / MWH / 1e3]),
        Check("energy account of plants, largest relative residual", found.residual, 0.0, 1e-9, "1"),
    ]


def place(climate: str, economiser: str = "tower", supply: float | None = None) -> int:
    """Index of a member."""
    return MEMBERS.index(Member(climate, economiser, supply))


def climates(found: Year) -> list[Check]:
    """Return the ranking of climates and economisers, and the ranges."""
    cold_first = list(CLIMATES)[::-1]
    names = list(ECONOMISERS)
    checks = [
        ordered(
            f"PUE with economiser {name!r}: {' < '.join(cold_first)}",
            [found.use[place(c, name)].pue for c in cold_first],
        )
        for name in names
    ]
    for climate in CLIMATES:
        # In Singapore the wet bulb is never below the chilled water: an economiser only stands there.
        better = names[::-1] if climate != "Singapore" else ["tower", "dry cooler"]
        pue = [found.use[place(climate, name)].pue for name in better]
        checks.append(ordered(f"{climate}: PUE by economiser, {' < '.join(better)}", pue))
    hours = [float(found.hours[0, place(c)]) for c in cold_first][::-1]
    checks.append(ordered("hours of the tower economiser: Singapore < Shanghai < Leesburg", hours))
    checks += [
        ordered(
            f"{climate}: hours of the economiser, dry cooler < tower",
            [float(found.hours[0, place(climate, name)]) for name in ("dry cooler", "tower")],
        )
        for climate in cold_first[:2]
    ]
    checks.append(
        ordered(
            "water: dry cooler for the halls < towers throughout, Shanghai",
            [found.use[place("Shanghai", n)].wue for n in ("dry cooler", "tower")],
        )
    )
    pue = [use.pue for use in found.use]
    wue = [use.wue for use in found.use]
    checks += [
        Check(f"PUE, {word} of all", value, *PUE_RANGE, "1")
        for word, value in (("lowest", min(pue)), ("highest", max(pue)))
    ]
    checks += [
        Check(f"WUE, {word} of all", value, *WUE_RANGE, "m3/MWh")
        for word, value in (("lowest", min(wue)), ("highest", max(wue)))
    ]
    return checks


def heat(found: Year) -> list[Check]:
    """Return the ranking of heat sold and of what it costs."""
    checks = [
        ordered(
            f"heat sold at {supply:g} degC: Singapore < Shanghai < Leesburg, in GWh",
            [found.sold[place(c, supply=supply)] / MWH / 1e3 for c in CLIMATES],
        )
        for supply in HEAT
    ]
    for climate in list(CLIMATES)[1:]:
        lift = [found.lift[place(climate, supply=s)] / found.sold[place(climate, supply=s)] for s in HEAT]
        checks.append(ordered(f"{climate}: electricity per heat rises with its temperature", lift))
        direct = [found.direct[place(climate, supply=s)] / MWH / 1e3 for s in HEAT[::-1]]
        checks.append(
            ordered(f"{climate}: heat warm enough as it is falls with it, 65 to 45 degC", direct[1:])
        )
        for supply in HEAT:
            m = place(climate, supply=supply)
            cop = (found.sold[m] - found.direct[m]) / found.lift[m]
            checks.append(
                Check(
                    f"{climate}: COP of the heat pump over the year at {supply:g} degC", cop, *COP_RANGE, "1"
                )
            )
    return checks


def books(found: Year) -> list[Check]:
    """Return what has to hold whatever the weather."""
    heated = found.asked > 0.0
    return [
        Check("energy account of plants, largest relative residual", found.residual, 0.0, 1e-9, "1"),
        Check(
            "heat sold over heat asked for, less 1, highest of all",
            float((found.sold[heated] / found.asked[heated]).max()) - 1.0,
            0.0,
            0.005,
            "1",
            "a heat pump that stops still draws what it asked for in its last step of 15 min",
        ),
        Check("racks lost in any member", float(found.lost.sum()), 0.0, 0.0, "1"),
    ]


def steps(backend: str) -> list[Check]:
    """Return how far steps of 15 min are from steps of a minute, over days of January."""
    coarse = stepped(backend, MEMBERS, JANUARY_10, 24 * DAYS)
    fine = stepped(backend, MEMBERS, JANUARY_10, 24 * DAYS, 60.0)
    pairs = list(zip(coarse.use, fine.use, strict=True))
    pue = max(abs(a.pue / b.pue - 1.0) for a, b in pairs)
    wue = max(abs(a.wue / b.wue - 1.0) for a, b in pairs)
    return [
        Check("PUE, steps of 15 min over steps of 60 s, less 1", pue, 0.0, 0.005, "1"),
        Check("WUE, the same", wue, 0.0, 0.02, "1"),
    ]


def figure() -> Any:
    """Return PUE, hours of economiser and heat sold by climate; nothing to show without the weather."""
    import plotly.graph_objects as go
    from plotly.subplots import make_subplots

    if not available()[0]:
        return go.Figure(layout={"title": f"{CASE.title}: {available()[1]}"})
    found = year("auto")
    names = list(CLIMATES)
    plot = make_subplots(
        rows=2, cols=2, vertical_spacing=0.16,
        subplot_titles=("PUE", "water, m³/MWh", "hours of economiser", "heat sold at 45, 65, 80 °C, GWh"),
    )  # fmt: skip
    colours = {"none": "#7f7f7f", "dry cooler": "#e69f00", "tower": "#0072b2"}
    for name, colour in colours.items():
        use = [found.use[place(c, name)] for c in names]
        plot.add_bar(
            x=names, y=[u.pue for u in use], name=name, marker_color=colour, legendgroup=name, row=1, col=1
        )
        bar = {"x": names, "marker_color": colour, "legendgroup": name, "showlegend": False}
        plot.add_bar(y=[u.wue for u in use], row=1, col=2, **bar)
        if name != "none":
            hours = found.hours[:, [place(c, name) for c in names]]
            plot.add_bar(y=hours[1], offsetgroup=name, row=2, col=1, **bar)
            part = {**bar, "marker_pattern_shape": "/"}
            plot.add_bar(y=hours[0] - hours[1], base=hours[1], offsetgroup=name, row=2, col=1, **part)
    ticks = [f"{c.split(',')[0]} {s:g}" for c in names for s in HEAT]
    order = [place(c, supply=s) for c in names for s in HEAT]
    parts = (
        ("heat as it is", found.direct, "#cc79a7"),
        ("through the heat pump", found.sold - found.direct - found.lift, "#d55e00"),
        ("electricity of the heat pump", found.lift, "#56b4e9"),
    )
    base = np.zeros(len(order))
    for name, values, colour in parts:
        height = values[order] / MWH / 1e3
        plot.add_bar(
            x=ticks, y=height, base=base, name=name, marker_color=colour, offsetgroup="heat", row=2, col=2
        )
        base = base + height
    plot.update_yaxes(range=[1.0, 1.35], row=1, col=1)
    plot.update_layout(title=CASE.title, template="plotly_white", height=760, barmode="group")
    return plot


CASE = Case(
    name="climate_year",
    title="A year of a 40 MW campus in three climates",
    reference="ranking of climates and economisers; published ranges of PUE, WUE and heat pumps",
    source="weather: Open-Meteo 2024 (ERA5), Climate.OneBuilding.org typical years; ranges in the README",
    run=run,
    figure=figure,
)
