"""A chilled-water tank of a small site: through the restart of chillers, and through a day of dear and cheap hours."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twin import accounts
from twin.engine import go
from twin.kernels import fields as f
from twin.kernels.backend import choose, open_machine
from twin.kernels.plant_store import store_energy
from twin.run import prepare
from twin.scenario.load import load
from twin.validation.case import Case, Check

Array = NDArray[np.float64]
SITE = Path(__file__).parent / "site.yaml"
NO_TANK = "cooling.plants.plant-1.cold_tank=null"
NO_POLICY = "policies=[]"
FULL = "cooling.plants.plant-1.cold_tank.initial_charge=1.0"
OUTAGE = (
    "run.duration=30 min", "run.control_interval=10 s", "run.step=1 s", "run.coarse_step=1 s", "run.thermal_step=1 s",
    "events=[{type: outage, at: 2 min, duration: 60 s, feeds: all}]", "record={site: 10 s, racks: 10 s}",
)  # fmt: skip
LONG_STEPS = tuple(
    key.replace("10 s", "60 s").replace("30 min", "20 min").replace("step=1 s", "step=20 s") for key in OUTAGE
)
"""The same in fewer steps, for the simulator."""
AT, LOST, RESTART = 120.0, 60.0, 600.0
"""Start and length of the outage, and what the chillers need after it [s]."""
RECOMMENDED = 27.0
"""Upper end of the recommended inlet range, ASHRAE TC 9.9, 2021 (R in the reference notes) [degC]."""
HOUR, DAY = 3600.0, 86400.0


@dataclass(frozen=True)
class Story:
    """What a run went through, at the end of each interval, and its end.

    Attributes
    ----------
    t : times [s].
    inlet, water : hottest rack inlet and loop water [degC].
    content : of the tank.
    store, chillers, load : heat of the tank, power of chillers, heat into the loop, its pumps included [W].
    imported : energy from the grid since the start [J].
    price : of energy in the interval [money/J].
    taken, capacity : heat the tank took in all and can take [J].
    residual : largest part of any energy account that is not accounted for.
    """

    t: Array
    inlet: Array
    water: Array
    content: Array
    store: Array
    chillers: Array
    load: Array
    imported: Array
    price: Array
    taken: float
    capacity: float
    residual: float


def told(backend: str, *overrides: str) -> Story:
    """Run the site with keys of its file changed."""
    name = choose(backend)
    # The simulator takes a minute for what plain Python does in a second: the approach to a steady state is made there.
    run, facility = prepare(load(SITE, overrides), "cpu" if name == "sim" else name)
    if name == "sim":
        run.machine = open_machine(name, facility.site, run.machine.states())
    rows: list[tuple[float, ...]] = []

    def note(k: int) -> None:
        states = run.machine.states()
        plant = states["plant"][0, :, 0]
        inlet = float(states["rack"][0, f.RACK_T_INLET].max())
        imported = float(states["feed"][0, f.FEED_E_OUT].sum())
        price = float(run.inputs.row(k - 1)["price"])
        rows.append((
            k * run.timing.interval, inlet, plant[f.PLANT_T], plant[f.PLANT_STORE_SOC], plant[f.PLANT_Q_STORE],
            plant[f.PLANT_P_CHILLER], plant[f.PLANT_LOAD] + plant[f.PLANT_P_PUMP], imported, price,
        ))  # fmt: skip

    go(run, None, note)
    states = run.machine.states()
    balance = accounts.balance(facility.site, states, run.start)
    left = max(float(a["relative"].max()) for a in balance.values() if "relative" in a)
    p = facility.site.params["plant"][0]
    taken = float(states["plant"][0, f.PLANT_E_STORED, 0])
    t, inlet, water, content, store, chillers, load_, imported, price = np.array(rows).T
    return Story(
        t, inlet, water, content, store, chillers, load_, imported, price, taken, store_energy(p, 0), left
    )


def restart(backend: str) -> list[Check]:
    """Checks of a minute without mains: chillers come back ten minutes later; racks, fans and pumps are on a UPS."""
    steps = OUTAGE if choose(backend) != "sim" else LONG_STEPS
    kept, lost = told(backend, NO_POLICY, FULL, *steps), told(backend, NO_POLICY, NO_TANK, *steps)
    without = (kept.t > AT) & (kept.t <= AT + LOST + RESTART)
    # The heat that came into the loop while nothing else cooled it has to have come from the tank.
    owed = float(np.sum(kept.load[without]) * (kept.t[1] - kept.t[0]))
    with_tank, passed = max(float(kept.inlet.max()) - RECOMMENDED, 0.0), lost.inlet.max() > RECOMMENDED
    fall = kept.content[kept.t <= AT][-1] - kept.content[without][-1]
    return [
        Check("hottest inlet above the recommended 27 degC, with the tank", with_tank, 0.0, 0.0, "K"),
        Check("hottest inlet without it passes the recommended 27 degC", float(passed), 1.0, 0.0, "1"),
        Check("heat the tank took over the heat that was owed", kept.taken / owed, 1.0, 0.02, "1"),
        Check("fall of its content", fall, owed / kept.capacity, 0.02 * owed / kept.capacity, "1"),
        Check("energy not accounted for, any class", max(kept.residual, lost.residual), 0.0, 1e-9, "1"),
    ]  # fmt: skip


def second_day(story: Story) -> float:
    """Cost of the energy of the second day [money]: the first brings the tank into its rhythm."""
    energy = np.diff(story.imported, prepend=0.0)
    return float(np.sum((energy * story.price)[story.t > DAY]))


def shifted(backend: str) -> list[Check]:
    """Checks of a July day in Shandong: the policy charges in the valley and discharges in peak and sharp hours."""
    moved, still = told(backend), told(backend, NO_POLICY, FULL)
    late = moved.t > DAY
    saving = second_day(still) - second_day(moved)
    # Independently: heat moved, at the chillers' own power per heat without a policy, between the two prices.
    given, charged = np.clip(moved.store, 0.0, None), np.clip(-moved.store, 0.0, None)
    per_heat = still.chillers / still.load
    step = moved.t[1] - moved.t[0]
    expected = float(np.sum(((given - charged) * per_heat * moved.price)[late]) * step)
    cheap = moved.price <= np.quantile(moved.price, 0.3)
    timely = float(charged[late & cheap].sum() / charged[late].sum())
    cycle = float(np.sum(given[late]) * step / moved.capacity)
    return [
        Check("saving of the policy over heat moved times power times price", saving / expected, 1.0, 0.2, "1"),
        Check("share of charging in the cheapest hours", timely, 1.0, 0.02, "1"),
        Check("use of what lies above the reserve, cycles a day", cycle, 0.8, 0.08, "1"),
        Check("lowest content against the reserve", float(moved.content.min()), 0.2, 0.02, "1"),
        Check("hottest inlet as without the policy", float(moved.inlet.max()), float(still.inlet.max()), 0.2, "degC"),
        Check("energy not accounted for, any class", max(moved.residual, still.residual), 0.0, 1e-9, "1"),
    ]  # fmt: skip


def run(backend: str) -> list[Check]:
    """Return the checks; in the simulator those of the restart alone, since a day of steps takes it an hour."""
    return restart(backend) if choose(backend) == "sim" else restart(backend) + shifted(backend)


def figure() -> Any:
    """Return the restart with and without the tank, and the second day of the tariff."""
    from plotly.subplots import make_subplots

    plot = make_subplots(
        rows=2, cols=2, vertical_spacing=0.2, horizontal_spacing=0.1,
        subplot_titles=("hottest inlet", "chilled water", "power of chillers", "content of the tank, and price"),
        specs=[[{}, {}], [{}, {"secondary_y": True}]],
    )  # fmt: skip
    kept, lost = told("cpu", NO_POLICY, FULL, *OUTAGE), told("cpu", NO_POLICY, NO_TANK, *OUTAGE)
    for story, name, colour in ((lost, "no tank", "#c44e52"), (kept, "tank", "#2b83c6")):
        for column, values in ((1, story.inlet), (2, story.water)):
            plot.add_scatter(
                x=story.t / 60.0,
                y=values,
                name=name,
                line_color=colour,
                showlegend=column == 1,
                row=1,
                col=column,
            )
    moved, still = told("cpu"), told("cpu", NO_POLICY, FULL)
    late = moved.t > DAY
    hours = moved.t[late] / HOUR - 24.0
    for story, name, colour in (
        (still, "tank kept full", "#8c8c8c"),
        (moved, "tank follows prices", "#3a923a"),
    ):
        plot.add_scatter(
            x=hours,
            y=story.chillers[late] / 1e3,
            name=name,
            line={"color": colour, "shape": "hv"},
            row=2,
            col=1,
        )
    plot.add_scatter(
        x=hours, y=moved.content[late], name="content", line_color="#2b83c6", showlegend=False, row=2, col=2
    )
    price = {"color": "#e1812c", "shape": "hv"}
    plot.add_scatter(
        x=hours, y=moved.price[late] * 3.6e6, name="price", line=price, row=2, col=2, secondary_y=True
    )
    plot.add_hline(y=RECOMMENDED, line_dash="dot", annotation_text="recommended limit", row=1, col=1)
    plot.update_layout(title=CASE.title, template="plotly_white", height=640)
    plot.update_xaxes(title_text="minutes", row=1).update_xaxes(title_text="local hour", row=2)
    plot.update_yaxes(title_text="degC", row=1).update_yaxes(title_text="kW", row=2, col=1)
    plot.update_yaxes(title_text="share", row=2, col=2, secondary_y=False)
    plot.update_yaxes(title_text="CNY/kWh", row=2, col=2, secondary_y=True, showgrid=False)
    return plot


CASE = Case(
    name="cold_store",
    title="Chilled-water tank: a restart of chillers, and a July day on the Shandong tariff",
    reference="heat and energy balances of the same site with and without its tank, or its policy",
    source="closed account; chillers restart in 10 to 15 min (secondary), Shandong tariff of 2026 (secondary)",
    run=run,
    figure=figure,
)
