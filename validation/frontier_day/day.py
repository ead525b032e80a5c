"""Plays the trace of Frontier's coolant distribution units through the shipped site, and keeps what is compared."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from twin.channels import site_power
from twin.facility.metered import PowerAsWork
from twin.kernels import fields as f
from twin.scenario.load import load
from twin.validation.playing import play

Array = npt.NDArray[np.float64]

SCENARIO = "frontier-2024-04-07"
INTERVAL = 15.0
"""Spacing of the trace [s]."""
WARM = 0
"""Place of the warm-water plant in the scenario."""


@dataclass(frozen=True)
class Day:
    """What the site did, one entry per interval of the trace, at its end.

    Attributes
    ----------
    time : since midnight [s].
    trace : power of the cabinets behind each CDU in the file (interval, CDU) [W].
    racks : the same, stepped [W].
    power : what else draws, by kind: CDU pumps, plant pumps, tower fans, chillers, air handlers [W].
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


def sample(states: dict[str, Array], signal: Array) -> dict[str, Array]:
    """What is kept of an interval; the cabinets of a CDU are one rack unit, in the order of the CDUs."""
    rack, cdu, plant = states["rack"][0], states["cdu"][0], states["plant"][0]
    return {
        "racks": rack[f.RACK_POWER].copy(),
        "site": site_power(states)[0],
        "supply": cdu[f.CDU_T_SUPPLY_NOW].copy(),
        "back": cdu[f.CDU_T_RETURN].copy(),
        "water": plant[f.PLANT_T, WARM].copy(),
        "water_back": plant[f.PLANT_T_RETURN, WARM].copy(),
        "wet_bulb": signal[f.SIG_T_WET].copy(),
        "CDU pumps": cdu[f.CDU_POWER].sum(),
        "plant pumps": plant[f.PLANT_P_PUMP].sum(),
        "tower fans": plant[f.PLANT_P_REJECT].sum(),
        "chillers": plant[f.PLANT_P_CHILLER].sum(),
        "air handlers": states["hall"][0, f.HALL_POWER].sum(),
    }


def play_day(backend: str, duration: float, step: float, rest: float) -> Day:
    """Step the site through the first `duration` [s] of the trace after `rest` [h] at its first row.

    Parameters
    ----------
    backend : auto, cpu, cuda or sim.
    duration : a multiple of 15 s.
    step : electrical and thermal step [s]; it divides 15 s.
    rest : approach to the state at midnight [h].
    """
    played = play(load(SCENARIO, [f"run.duration={duration:g} s"]), backend, step, rest, sample)
    kept, site = played.kept, played.facility.site
    traces = [played.inputs.workload[int(w)][0] for w in site.params["rack"][0, f.RACK_WORKLOAD]]
    begun = played.time - INTERVAL
    into = float(played.end["feed"][0, f.FEED_E_OUT].sum())
    own = ("racks", "site", "supply", "back", "water", "water_back", "wet_bulb")
    return Day(
        time=played.time,
        trace=np.stack([t.power(begun) for t in traces if isinstance(t, PowerAsWork)], axis=1),
        power={name: values for name, values in kept.items() if name not in own},
        pue=into / float(played.end["rack"][0, f.RACK_E_IN].sum()),
        residual=played.residual,
        **{name: kept[name] for name in own},
    )
