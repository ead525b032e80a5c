"""Plays the trace of Frontier's coolant distribution units through the shipped site, and keeps what is compared."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from twin import accounts
from twin.channels import site_power
from twin.disturbances import none
from twin.engine import settle
from twin.facility import build
from twin.facility.metered import PowerAsWork
from twin.inputs import open_inputs
from twin.kernels import fields as f
from twin.kernels.backend import Interval, choose, open_machine

Array = npt.NDArray[np.float64]

SCENARIO = "frontier-2024-04-07"
INTERVAL = 15.0
"""Spacing of the trace [s]."""
WARM = 0
"""Place of the warm-water plant in the scenario."""
THERMAL = ("rack_heat", "hall", "cdu", "plant")


@dataclass(frozen=True)
class Day:
    """What the site did, one entry per interval of the trace, at its end.

    Attributes
    ----------
    time : since midnight [s].
    trace : power of the cabinets behind each CDU in the file (interval, CDU) [W].
    racks : the same, stepped [W].
    power : what else draws, by kind: 'CDU pumps', 'plant pumps', 'tower fans', 'chillers', 'air handlers' [W].
    site : power into the site [W].
    supply, back : coolant to and from the racks of each CDU (interval, CDU) [degC].
    water, water_back : warm water to and from the CDUs [degC].
    wet_bulb : [degC].
    pue : energy into the site over energy into the racks.
    residual : largest residual of an energy account over its throughput.
    """

    time: Array
    trace: Array
    racks: Array
    power: dict[str, Array]
    site: Array
    supply: Array
    back: Array
    water: Array
    water_back: Array
    wet_bulb: Array
    pue: float
    residual: float


def sample(states: dict[str, Array], signal: Array, behind: npt.NDArray[np.int64]) -> dict[str, Array]:
    """What is kept of an interval; `behind` holds the CDU of every rack unit."""
    rack, cdu, plant = states["rack"][0], states["cdu"][0], states["plant"][0]
    return {
        "racks": rack[f.RACK_POWER].copy(),
        "site": site_power(states)[0],
        "supply": cdu[f.CDU_T_SUPPLY_NOW, behind],
        "back": cdu[f.CDU_T_RETURN, behind],
        "water": plant[f.PLANT_T, WARM].copy(),
        "water_back": plant[f.PLANT_T_RETURN, WARM].copy(),
        "wet_bulb": signal[f.SIG_T_WET],
        "CDU pumps": cdu[f.CDU_POWER].sum(),
        "plant pumps": plant[f.PLANT_P_PUMP].sum(),
        "tower fans": plant[f.PLANT_P_REJECT].sum(),
        "chillers": plant[f.PLANT_P_CHILLER].sum(),
        "air handlers": states["hall"][0, f.HALL_POWER].sum(),
    }


def play(backend: str, duration: float, step: float, rest: float) -> Day:
    """Step the site through the first `duration` [s] of the trace after `rest` [h] at its first row.

    Parameters
    ----------
    backend : auto, cpu, cuda or sim.
    duration : a multiple of 15 s.
    step : electrical and thermal step [s]; it divides 15 s.
    rest : approach to the state at midnight [h].
    """
    from twin.scenario.load import load

    name = choose(backend)
    scenario = load(SCENARIO)
    facility, inputs = build(scenario), open_inputs(scenario)
    site = facility.site
    states = settle(site, inputs.row(0), rest, name)
    start = accounts.stored(site, states)
    machine = open_machine(name, site, states)
    traces = [inputs.workload[int(w)][0] for w in site.params["rack"][0, f.RACK_WORKLOAD]]
    behind = site.params["rack"][0, f.RACK_CDU].astype(np.int64)
    rows = []
    count = round(duration / INTERVAL)
    for k in range(count):
        row = inputs.row(k)
        machine.advance(
            Interval(
                start=k * INTERVAL,
                step=step,
                steps=round(INTERVAL / step),
                thermal_every=1,
                trace_every=0,
                active=np.ones(1, dtype=np.int64),
                signal=row["signal"][None, :].copy(),
                utilisation=row["utilisation"][None, :].copy(),
                disturbances=none(),
            )
        )
        rows.append(sample(machine.states(), row["signal"], behind))
    end = {block: np.array(values) for block, values in machine.states().items()}
    found = accounts.balance(site, end, start)
    table = {key: np.array([entry[key] for entry in rows]) for key in rows[0]}
    time = INTERVAL * np.arange(count)
    into = float(end["feed"][0, f.FEED_E_OUT].sum())
    return Day(
        time=time + INTERVAL,
        trace=np.stack([t.power(time) for t in traces if isinstance(t, PowerAsWork)], axis=1),
        racks=table.pop("racks"),
        site=table.pop("site"),
        supply=table.pop("supply"),
        back=table.pop("back"),
        water=table.pop("water"),
        water_back=table.pop("water_back"),
        wet_bulb=table.pop("wet_bulb"),
        power=table,
        pue=into / float(end["rack"][0, f.RACK_E_IN].sum()),
        residual=max(float(found[block]["relative"].max()) for block in THERMAL),
    )
