"""A campus of about 40 MW, racks lumped by hall, in every climate and with every way of cooling and selling heat.

All are members of one machine: a member is a climate with a variant, its weather and heat network are its signals.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from twin.accounts import hot_store, zero_accounts
from twin.disturbances import none
from twin.facility import build
from twin.kernels import fields as f
from twin.kernels.backend import Interval, open_machine
from twin.kernels.site import Site
from twin.metrics import Use
from twin.scenario.heat import HeatNetwork
from twin.scenario.load import load
from twin.signals import Site as Place
from twin.signals import open_signal
from twin.signals.heat_network import HeatNetworkSignal
from twin.signals.weather import Weather
from twin.validation.case import measured

Array = npt.NDArray[np.float64]

HOUR, STEP = 3600.0, 900.0
START = datetime(2024, 1, 1, tzinfo=UTC)
HOURS = 8760
WARM_UP = 24
"""Hours of the first day's weather before the year, which are not counted."""

CLIMATES: dict[str, dict[str, Any]] = {
    "Singapore": {
        "file": "weather_openmeteo_2024/SG_2024.csv.gz", "reader": "open-meteo", "utc_offset": 28800.0,
    },
    "Shanghai": {"file": "weather_epw/CHN_Shanghai-Hongqiao_TMYx.epw.gz", "reader": "epw"},
    "Leesburg, Virginia": {"file": "weather_epw/USA_VA_Leesburg_TMYx.epw.gz", "reader": "epw"},
}  # fmt: skip
"""Name -> weather of a year (Open-Meteo 2024, typical years of Climate.OneBuilding.org), from the hottest on."""

LUMPED = (
    *(f"racks.cpu-{k}.lump=250" for k in range(1, 5)),
    "racks.gpu-1.lump=25",
    "racks.gpu-2.lump=25",
    "cooling.plants.plant-air.heat_rejection={type: tower-merkel}",
    "cooling.plants.plant-liquid.heat_rejection={type: tower-merkel}",
    "cooling.plants.plant-liquid.chiller={type: mcquay-wdc-1973kw, redundancy: N+1}",
)
"""What the campus is changed by: racks in lumps, towers by Merkel, and chillers for the hours in which the warm water
of the racks cannot be had from outside."""

SERIES = (
    "cooling.plants.plant-air.economiser_approach=2 K",
    "cooling.plants.plant-air.economiser_at=series",
)
ECONOMISERS: dict[str, tuple[str, ...]] = {
    "none": (),
    "dry cooler": ("cooling.plants.plant-air.heat_rejection={type: dry-cooler-ntu}", *SERIES),
    "tower": SERIES,
}
"""Water-side economiser of the air-cooled halls, on the return to chilled water of 12 degC; the racks' warm water
always has one, on towers."""

HEAT = (45.0, 65.0, 80.0)
"""Supply temperatures of the heat network, degC."""

SELLING = (
    *ECONOMISERS["tower"],
    "cooling.plants.plant-liquid.heat_reuse={type: heat-pump-large-2021, heat_power: 15 MW, exchanger: 1 MW/K, "
    "store: {volume: 1000 m^3, height: 12 m, loss: 0.0004 /hour}, price: 25 EUR/MWh}",
)
"""The warm water is sold to a network, preheated through an exchanger, before the towers see it."""


def network(supply: float) -> HeatNetwork:
    """A network of 20 MW at -10 degC with 2 MW of hot water, that returns 20 K colder."""
    return HeatNetwork.model_validate(
        {
            "peak": "20 MW", "hot_water": "2 MW", "design_temperature": "-10 degC", "heating_limit": "15 degC",
            "supply_temperature": f"{supply} degC", "return_temperature": f"{supply - 20.0} degC",
        }
    )  # fmt: skip


@dataclass(frozen=True)
class Member:
    """A climate, and what stands there: an economiser, or heat sold at a temperature."""

    climate: str
    economiser: str = "tower"
    supply: float | None = None


MEMBERS = (
    *(Member(climate, name) for climate in CLIMATES for name in ECONOMISERS),
    *(Member(climate, "tower", supply) for climate in CLIMATES for supply in HEAT),
)


@dataclass
class Year:
    """What came of each member, in the order it was asked for.

    Attributes
    ----------
    members : tuple of Member
    hours : (2, member) array
        Hours in which the economiser of the air-cooled halls cooled at all, and alone.
    use : list of Use
    sold, asked, lift, direct : (member,) arrays
        Heat sold and asked for, electricity of heat pumps, heat sold without [J].
    hottest : (member,) array
        Highest rack inlet [degC].
    lost : (member,) array
        Lumps of racks that stopped.
    residual : float
        Largest relative residual of the energy account of any plant.
    """

    members: tuple[Member, ...]
    hours: Array
    use: list[Use]
    sold: Array
    asked: Array
    lift: Array
    direct: Array
    hottest: Array
    lost: Array
    residual: float


def available() -> tuple[bool, str]:
    """Whether all weather is there, and why not."""
    for spec in CLIMATES.values():
        path, why = measured(str(spec["file"]))
        if path is None:
            return False, why
    return True, ""


def variants() -> tuple[Site, dict[str, int], list[str]]:
    """The campus in all its variants as one site; variant by name of economiser, 'heat' for selling."""
    found, order = [], {}
    overrides = {**ECONOMISERS, "heat": SELLING}
    for k, (name, changes) in enumerate(overrides.items()):
        given = [*LUMPED, *changes]
        if name == "heat":
            given.append(
                "signals.heat={constant: 1 MW, supply_temperature: 80 degC, return_temperature: 60 degC}"
            )
        facility = build(load("campus-40mw", given))
        found.append(facility.site)
        order[name] = k
    params = {block: np.concatenate([site.params[block] for site in found]) for block in found[0].params}
    return Site(params, found[-1].states, found[0].links, found[0].names), order, facility.workloads


@cache
def weather(climate: str) -> Weather:
    """Weather of every hour of the year."""
    scenario = load("campus-40mw")
    signal = open_signal(
        "weather", CLIMATES[climate], run_start=START, duration_s=HOURS * HOUR, base_dir=None,
        site=Place(scenario.location.altitude, scenario.location.time_zone, 50.0),
    )  # fmt: skip
    assert signal is not None
    found = signal.at(np.arange(HOURS, dtype=np.float64) * HOUR)
    assert isinstance(found, Weather)
    return found


class _Hourly:
    """The hours of a climate as a signal that holds each."""

    def __init__(self, air: Weather) -> None:
        self._air = air

    def at(self, t: Array) -> Weather:
        """Air at seconds since the start."""
        row = np.minimum((t / HOUR).astype(np.int64), HOURS - 1)
        return Weather(*(values[row] for values in self._air))


def signals(members: tuple[Member, ...], first: int, hours: int) -> Array:
    """Signals of every hour and member, (hour, member, signal)."""
    rows = np.zeros((hours, len(members), len(f.SIGNAL.params)))
    rows[:, :, [f.SIG_FREQUENCY_0, f.SIG_FREQUENCY_1, f.SIG_F_NOMINAL]] = 50.0
    rows[:, :, f.SIG_VOLTAGE] = 1.0
    span = slice(first, first + hours)
    for m, member in enumerate(members):
        air = weather(member.climate)
        rows[:, m, f.SIG_T_DRY], rows[:, m, f.SIG_T_WET] = air.dry_bulb[span], air.wet_bulb[span]
        if member.supply is not None:
            heat = HeatNetworkSignal(network(member.supply), _Hourly(air), 0.0, "UTC")
            found = heat.at(np.arange(first, first + hours, dtype=np.float64) * HOUR)
            rows[:, m, f.SIG_HEAT_DEMAND], rows[:, m, f.SIG_HEAT_SUPPLY] = found.demand, found.supply
            rows[:, m, f.SIG_HEAT_RETURN] = found.back
    return rows


def stepped(
    backend: str,
    members: tuple[Member, ...] = MEMBERS,
    first: int = 0,
    hours: int = HOURS,
    step: float = STEP,
) -> Year:
    """Step members through hours of the year.

    Parameters
    ----------
    backend : str
        auto, cpu, cuda or sim.
    members : tuple of Member
    first, hours : int
        The hours of the year.
    step : float
        Electrical and thermal step, a divisor of the hour [s].
    """
    site, order, workloads = variants()
    variant = np.array([order["heat" if m.supply is not None else m.economiser] for m in members])
    states = {name: np.repeat(block, len(members), axis=0) for name, block in site.states.items()}
    machine = open_machine(backend, site, states, variant)
    utilisation = np.tile([{"web": 0.4, "train": 0.9}[name] for name in workloads], (len(members), 1))
    rows = signals(members, first, hours)
    active, steps = np.ones(len(members), dtype=np.int64), round(HOUR / step)
    air = site.names["plant"].index("plant-air")
    counted = np.zeros((2, len(members)))
    warm = min(WARM_UP, hours)
    for k in range(-warm, hours):
        signal = rows[k + warm if k < 0 else k]
        machine.advance(Interval(k * HOUR, step, steps, 1, 0, active, signal, utilisation, none()))
        if k == -1:
            begun = {name: np.array(block) for name, block in machine.states().items()}
            zero_accounts(begun)
            for name, block in begun.items():
                machine.write(name, block)
            start = stored(site, variant, begun)
        elif k >= 0:
            plant = machine.rows("plant", (f.PLANT_Q_FREE, f.PLANT_Q_CHILLER))[:, :, air]
            free = plant[:, 0] > 0.0
            counted += np.array([free, free & (plant[:, 1] <= 0.0)])
    return gathered(members, site, variant, machine.states(), counted, start)


def stored(site: Site, variant: npt.NDArray[np.int64], states: dict[str, Array]) -> Array:
    """Heat in the loop and the hot store of every plant, (member, plant) [J]."""
    p, s = site.params["plant"][variant], states["plant"]
    hot = [hot_store(p[m], s[m : m + 1])[0] for m in range(variant.size)]
    heat: Array = p[:, f.PLANT_C] * s[:, f.PLANT_T] + np.array(hot)
    return heat


def gathered(
    members: tuple[Member, ...],
    site: Site,
    variant: npt.NDArray[np.int64],
    s: dict[str, Array],
    hours: Array,
    start: Array,
) -> Year:
    """Sum up the states at the end."""
    plant, battery = s["plant"], s["battery"]
    given = (battery[:, f.BAT_E_OUT] - battery[:, f.BAT_E_IN]).sum(axis=1)
    into = s["feed"][:, f.FEED_E_OUT].sum(axis=1) + given + s["genset"][:, f.GEN_E_OUT].sum(axis=1)
    racks = s["rack"][:, f.RACK_E_IN].sum(axis=1)
    sold, water = plant[:, f.PLANT_E_OUT].sum(axis=1), plant[:, f.PLANT_WATER].sum(axis=1)
    left = plant[:, f.PLANT_E_IN] - plant[:, f.PLANT_E_OUT] - plant[:, f.PLANT_E_LOSS]
    residual = np.abs(left - (stored(site, variant, s) - start)) / plant[:, f.PLANT_E_IN]
    return Year(
        members,
        hours,
        [
            Use(float(into[m]), float(racks[m]), float(sold[m]), float(water[m]), co2=0.0)
            for m in range(len(members))
        ],
        sold,
        plant[:, f.HEAT_E_ASKED].sum(axis=1),
        plant[:, f.HEAT_E_LIFT].sum(axis=1),
        plant[:, f.HEAT_E_DIRECT].sum(axis=1),
        s["rack"][:, f.RACK_T_INLET_MAX].max(axis=1),
        (s["rack"][:, f.RACK_LOST_AT] >= 0.0).sum(axis=1).astype(np.float64),
        float(residual.max()),
    )
