"""The numbers a run comes down to: did the racks survive, what did it take, what did it cost."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from twin.air_results import air_summary
from twin.battery_life import lost_in_run, lost_in_year, own_batteries
from twin.connection import connection_summary
from twin.engine import Run
from twin.facility import Facility
from twin.kernels import fields as f
from twin.kernels.scalar import Array
from twin.metrics import Use, use_summary
from twin.plant_results import plant_summary
from twin.scenario.scenario import Scenario
from twin.signals.bill import CostBreakdown, cost
from twin.thermal_classes import chip_summary, class_summary

Quantity = tuple[float | str, str, str]


def import_of(scenario: Scenario, run: Run) -> tuple[Array, Array]:
    """Mean import of the first member in each interval [W], after the instants between them [UTC epoch s]."""
    interval = run.timing.interval
    steps = np.arange(run.timing.intervals + 1, dtype=np.float64) * interval
    return scenario.run.start.timestamp() + steps, np.diff(run.imported, prepend=0.0) / interval


def bill_of(scenario: Scenario, run: Run) -> CostBreakdown:
    """Bill of the first member's import under the scenario's tariff, or at the bare price signal without one."""
    start = scenario.run.start.timestamp()
    edges, power = import_of(scenario, run)

    def price(epoch: Array) -> Array:
        values = run.inputs.price.at(epoch - start)
        assert isinstance(values, np.ndarray)
        return values

    def carbon(epoch: Array) -> Array:
        values = run.inputs.carbon.at(epoch - start)
        assert isinstance(values, np.ndarray)
        return values

    if scenario.tariff is not None:
        tariff = scenario.tariff.tariff(scenario.location.time_zone)
    else:
        from twin.signals.tariff import Spot, Tariff

        tariff = Tariff(run.inputs.currency, scenario.location.time_zone, Spot())
    return cost(tariff, edges, power, spot=price, carbon=carbon)


def racks_of(facility: Facility, mask: Array) -> float:
    """Real racks behind the rack units of a mask."""
    return float(facility.site.params["rack"][0, f.RACK_COUNT][mask].sum())


def wet_stacked(scenario: Scenario, facility: Facility, sets: Array) -> int:
    """Generating sets that ran at low load for longer than their engines bear; `sets` is (field, set)."""
    groups = scenario.electrical.generators
    names = facility.site.names["genset"]
    bears = np.array([groups[name.rpartition(".")[0]].wet_stacking_time for name in names])
    return int((sets[f.GEN_LOW_TIME] > bears).sum())


def summarise(
    scenario: Scenario, facility: Facility, run: Run, states: dict[str, Array], path: Path
) -> dict[str, Quantity]:
    """Summary of the first member: name to (value, unit, meaning).

    Parameters
    ----------
    scenario : Scenario
    facility : Facility
    run : Run
        At its end.
    states : dict of str to array
        States at the end.
    path : Path
        Result file, for messages.
    """
    rack = states["rack"][0]
    bill = bill_of(scenario, run)
    lost = rack[f.RACK_LOST_AT] >= 0.0
    everything = np.ones(lost.size, dtype=bool)
    first = float(rack[f.RACK_LOST_AT][lost].min()) if lost.any() else scenario.run.duration
    grid = float(states["feed"][0, f.FEED_E_OUT].sum())
    genset = float(states["genset"][0, f.GEN_E_OUT].sum())
    discharged = float((states["battery"][0, f.BAT_E_OUT] - states["battery"][0, f.BAT_E_IN]).sum())
    racks = float(rack[f.RACK_E_IN].sum())
    sets = states["genset"][0]
    fuel_co2 = float(states["genset"][0, f.GEN_CO2_MASS].sum())
    water = float(states["plant"][0, f.PLANT_WATER].sum())
    reuse = float(states["plant"][0, f.PLANT_E_OUT].sum())
    co2 = (bill.emissions or 0.0) + fuel_co2
    use = Use(grid + genset + discharged, racks, reuse, water, co2)
    summary: dict[str, Quantity] = {
        "racks": (racks_of(facility, everything), "1", "racks on the site"),
        "racks_lost": (racks_of(facility, lost), "1", "racks that stopped working at least once"),
        "racks_shed": (
            racks_of(facility, rack[f.RACK_SHED_TIME] > 0.0),
            "1",
            "racks shut down by order at least once, to shed load",
        ),
        "racks_on_holdup": (
            racks_of(facility, ~lost & (rack[f.RACK_HOLDUP_TIME] > 0.0)),
            "1",
            "racks that their bulk capacitors carried through a lack of input without a loss",
        ),
        "racks_on_store": (
            racks_of(facility, ~lost & (rack[f.RACK_STORE_TIME] > 0.0)),
            "1",
            "racks that a store of their own carried through a lack of input without a loss",
        ),
        "survived_time": (first, "s", "time until the first rack stopped working, or the whole run"),
        "energy_unserved": (
            float(rack[f.RACK_E_UNSERVED].sum()),
            "J",
            "work energy servers wanted and did not get",
        ),
        "temperature_inlet_max": (
            float(rack[f.RACK_T_INLET_MAX].max()),
            "degC",
            "highest rack inlet temperature",
        ),
        "racks_overheated": (
            racks_of(facility, rack[f.RACK_OVERHEAT] > 0.0),
            "1",
            "racks whose inlet was above the limit of their class at some time",
        ),
        "cost": (bill.total, bill.currency, "cost of electricity from the grid in the run"),
        "co2": (
            co2,
            "kg",
            "CO2-equivalent of grid electricity and of fuel burnt",
        ),
        "energy_grid": (grid, "J", "energy imported from the grid"),
        "energy_racks": (racks, "J", "energy into racks"),
        "energy_genset": (genset, "J", "electrical energy from generators"),
        "energy_batteries": (discharged, "J", "net energy out of batteries"),
        "fuel": (
            float(sets[f.GEN_BURNT].sum()),
            "m3",
            "fuel burnt by generators, gases at normal conditions",
        ),
        "genset_starts": (float(sets[f.GEN_STARTS].sum()), "1", "times generators were called to start"),
        "genset_time": (
            float(sets[f.GEN_RUN_TIME].max(initial=0.0)),
            "s",
            "longest running time of a generator",
        ),
        "genset_wet": (
            float(wet_stacked(scenario, facility, sets)),
            "1",
            "generators that ran below their lowest continuous load for longer than their wet_stacking_time",
        ),
        "nox": (float(states["genset"][0, f.GEN_NOX_MASS].sum()), "kg", "NOx emitted by generators"),
        "water": (water, "kg", "water used by heat rejection"),
        "energy_reuse": (reuse, "J", "heat delivered to reuse"),
    }
    summary |= use_summary(use, scenario.run.duration, renewable_of(scenario, grid))
    summary |= heat_summary(scenario, facility, states["plant"][0])
    summary |= class_summary(scenario, facility.site, rack)
    summary |= chip_summary(facility.site, rack)
    summary |= transformer_summary(states["bus"][0], scenario.run.duration)
    summary |= connection_summary(scenario, *import_of(scenario, run))
    economisers = bool((run.site.params["hall"][0, f.HALL_ECO] > 0.0).any())
    summary |= air_summary(states["hall"][0], economisers)
    summary |= store_summary(facility, states["plant"][0])
    summary |= ups_summary(facility, states["ups"][0])
    summary |= plant_summary(facility, states["plant"][0])
    if own_batteries(run.site).size:
        low, high = lost_in_run(run.site, states)
        year_low, year_high = lost_in_year(run.site, states, scenario.run.duration)
        summary |= {
            "battery_fade": (
                high,
                "1",
                "capacity the worst battery lost in this run, the more pessimistic of two models",
            ),
            "battery_fade_low": (low, "1", "the same, the other model"),
            "battery_fade_year": (
                year_high,
                "1",
                "capacity it would lose in a year of the same, the pessimistic model",
            ),
            "battery_fade_year_low": (year_low, "1", "the same, the other model"),
        }
    if run.site.states["area"].shape[2]:
        nadir = float(states["area"][0, f.AREA_NADIR].min())
        summary["frequency_nadir"] = (nadir, "Hz", "lowest frequency of the grid area")
    for name, value in {**bill.energy, "demand": bill.demand}.items():
        if value:
            summary[f"cost_{name}"] = (value, bill.currency, f"part of the cost: {name}")
    summary["notes"] = (" ".join(bill.notes) or "none", "", "notes on the bill")
    return summary


def renewable_of(scenario: Scenario, grid: float) -> float | None:
    """Renewable energy that certificates cover [J]; None where the tariff does not speak of them."""
    green = scenario.tariff.green_certificate if scenario.tariff is not None else None
    return green.share * grid if green is not None else None


def heat_summary(scenario: Scenario, facility: Facility, plant: Array) -> dict[str, Quantity]:
    """What the heat reuse came to; nothing without any. `plant` is (field, plant)."""
    reuse = {name: each.heat_reuse for name, each in scenario.cooling.plants.items() if each.heat_reuse}
    if not reuse:
        return {}
    names = facility.site.names["plant"]
    own = [names.index(name) for name in reuse]
    sold = plant[f.PLANT_E_OUT, own]
    money = sum(float(heat) * each.price.value for heat, each in zip(sold, reuse.values(), strict=True))
    currency = next(iter(reuse.values())).price.currency
    lift = float(plant[f.HEAT_E_LIFT, own].sum())
    pumped = float((sold - plant[f.HEAT_E_DIRECT, own]).sum())
    found: dict[str, Quantity] = {
        "revenue_heat": (money, currency, "paid to the site for heat, not part of the cost"),
        "heat_direct": (
            float(plant[f.HEAT_E_DIRECT, own].sum()),
            "J",
            "heat sold that was warm enough without a heat pump",
        ),
        "heat_pump_energy": (lift, "J", "electricity of heat pumps"),
        "heat_pump_cop": (
            pumped / lift if lift > 0.0 else float("nan"),
            "1",
            "heat through heat pumps over their electricity; a hot store that filled or emptied moves it",
        ),
        "heat_time": (float(plant[f.HEAT_TIME, own].max()), "s", "longest time in which a plant sold heat"),
    }
    if scenario.signals.heat is not None:
        asked = float(plant[f.HEAT_E_ASKED, own].sum())
        found["heat_asked"] = (asked, "J", "heat the network wanted")
        if asked > 0.0:
            found["heat_covered"] = (
                float(sold.sum()) / asked,
                "1",
                "share of the network's demand the site covered",
            )
    return found


def transformer_summary(bus: Array, duration: float) -> dict[str, Quantity]:
    """What the transformers of the busbars went through."""
    found: dict[str, Quantity] = {
        "transformer_hot_spot": (
            float(bus[f.BUS_TR_HOT_MAX].max()),
            "degC",
            "highest hot spot of a transformer's winding",
        ),
        "transformer_ageing": (
            float(bus[f.BUS_TR_LIFE_LOST].max()) / duration,
            "1",
            "fastest ageing of a transformer's paper, mean of the run; 1 is rated life (IEC 60076-7)",
        ),
    }
    alarm = float(bus[f.BUS_TR_ALARM_TIME].max())
    if alarm > 0.0:
        found["transformer_alarm"] = (
            alarm,
            "s",
            "longest time a transformer was above its alarm temperature",
        )
    return found


def ups_summary(facility: Facility, ups: Array) -> dict[str, Quantity]:
    """What the UPS systems did; nothing without any."""
    own = facility.site.params["ups"][0, f.UPS_DIRECT] <= 0.0
    if not own.any():
        return {}
    return {
        "ups_transfers": (float(ups[f.UPS_TRANSFERS][own].sum()), "1", "transfers of UPS systems to battery"),
        "ups_latched": (
            float(ups[f.UPS_LATCHED][own].sum()),
            "1",
            "UPS systems that stay off the mains at the end, latched by their counter",
        ),
        "ups_bypass_time": (
            float(ups[f.UPS_BYPASS_TIME][own].sum()),
            "s",
            "time UPS systems spent on bypass",
        ),
    }


def store_summary(facility: Facility, plant: Array) -> dict[str, Quantity]:
    """What the cold stores of plants did; nothing without any."""
    own = facility.site.params["plant"][0, f.PLANT_STORE] > 0.0
    if not own.any():
        return {}
    return {
        "energy_cold_taken": (
            float(plant[f.PLANT_E_STORED][own].sum()),
            "J",
            "heat that cold stores took from their loops",
        ),
        "energy_cold_charged": (
            float(plant[f.PLANT_E_CHARGED][own].sum()),
            "J",
            "heat that was taken out of cold stores to charge them",
        ),
        "energy_cold_gain": (
            float(plant[f.PLANT_E_STORE_LOSS][own].sum()),
            "J",
            "heat that came into cold stores through their walls",
        ),
        "cold_store_end": (
            float(plant[f.PLANT_STORE_SOC][own].min()),
            "1",
            "content of the emptiest cold store at the end",
        ),
    }


def members_table(facility: Facility, states: dict[str, Array]) -> dict[str, tuple[Array, str, str]]:
    """One row per member: name to (values, unit, meaning)."""
    rack = states["rack"]
    lost = rack[:, f.RACK_LOST_AT]
    first = np.where(lost >= 0.0, lost, np.inf).min(axis=1)
    return {
        "survived": (np.isinf(first).astype(np.float64), "1", "1 when no rack stopped working"),
        "survived_time": (first, "s", "time until the first rack stopped working; infinite if none did"),
        "energy_unserved": (rack[:, f.RACK_E_UNSERVED].sum(axis=1), "J", "work energy not served"),
        "temperature_inlet_max": (
            rack[:, f.RACK_T_INLET_MAX].max(axis=1),
            "degC",
            "highest rack inlet temperature",
        ),
        "energy_grid": (states["feed"][:, f.FEED_E_OUT].sum(axis=1), "J", "energy imported"),
        "fuel": (states["genset"][:, f.GEN_BURNT].sum(axis=1), "m3", "fuel burnt"),
    }
