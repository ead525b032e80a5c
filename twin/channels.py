"""Site-level channels: one number per member and interval, from the states of all classes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from twin.kernels import fields as f
from twin.kernels.fields import Field
from twin.kernels.scalar import Array
from twin.kernels.site import Site

States = dict[str, Array]


def total(name: str, row: int) -> Callable[[States], Array]:
    """Sum of a state over the units of a class."""

    def add(states: States) -> Array:
        values: Array = states[name][:, row].sum(axis=1)
        return values

    return add


def mechanical(states: States) -> Array:
    """Power of fans, pumps and chillers served by buses and UPS systems [W]."""
    bus, ups = states["bus"], states["ups"]
    on_bus = (bus[:, f.BUS_MECH_SHARE] * bus[:, f.BUS_MECH_DEMAND]).sum(axis=1)
    on_ups = np.where(ups[:, f.UPS_VOLTAGE] > 0.0, ups[:, f.UPS_MECH_DEMAND], 0.0).sum(axis=1)
    power: Array = on_bus + on_ups
    return power


def site_power(states: States) -> Array:
    """Power into the site from the grid, its generators and its batteries, less what charges them [W].

    Charging is energy kept for later: counted when it is charged and when it is used, it would count twice.
    """
    ups_battery = total("ups", f.UPS_POWER_OUT)(states) + total("ups", f.UPS_LOSS)(states)
    ups_battery = ups_battery - total("ups", f.UPS_POWER_IN)(states)
    return (
        total("feed", f.FEED_POWER)(states)
        + total("bus", f.BUS_POWER_GENSET)(states)
        + total("bus", f.BUS_POWER_STORAGE)(states)
        + ups_battery
    )


def working_share(states: States) -> Array:
    """Share of rack units that work."""
    share: Array = (states["rack"][:, f.RACK_MODE] == f.RACK_ON).mean(axis=1)
    return share


def ups_soc(states: States, site: Site) -> Array:
    """Lowest state of charge among UPS batteries; NaN where there is none. A plain connection has no battery."""
    own = np.nonzero(site.params["ups"][0, f.UPS_DIRECT] == 0.0)[0]
    soc = states["battery"][:, f.BAT_SOC, own]
    if soc.shape[1] == 0:
        return np.full(soc.shape[0], np.nan)
    lowest: Array = soc.min(axis=1)
    return lowest


def storage_soc(states: States) -> Array:
    """Mean state of charge of storage at the switchgear; NaN where there is none."""
    n = states["ups"].shape[2]
    soc = states["battery"][:, f.BAT_SOC, n:]
    if soc.shape[1] == 0:
        return np.full(soc.shape[0], np.nan)
    mean: Array = soc.mean(axis=1)
    return mean


def cold_content(states: States, site: Site) -> Array:
    """Content of cold stores, mean of the plants that have one; NaN where there is none."""
    own = np.nonzero(site.params["plant"][0, f.PLANT_STORE] > 0.0)[0]
    content = states["plant"][:, f.PLANT_STORE_SOC, own]
    if content.shape[1] == 0:
        return np.full(content.shape[0], np.nan)
    mean: Array = content.mean(axis=1)
    return mean


def pue(states: States) -> Array:
    """Power usage effectiveness of the moment: power into the site over power into the racks; NaN when they are off."""
    racks = total("rack", f.RACK_POWER)(states)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio: Array = np.where(racks > 0.0, site_power(states) / racks, np.nan)
    return ratio


def energy_site(states: States) -> Array:
    """Energy into the site since the start of the run, net of batteries [J]."""
    given = total("battery", f.BAT_E_OUT)(states) - total("battery", f.BAT_E_IN)(states)
    return total("feed", f.FEED_E_OUT)(states) + total("genset", f.GEN_E_OUT)(states) + given


CHANNELS: dict[str, tuple[Field, Callable[[States], Array]]] = {
    name: (Field(name, unit, meaning), function)
    for name, unit, meaning, function in (
        ("frequency", "Hz", "grid frequency", lambda s: s["feed"][:, f.FEED_FREQUENCY, 0]),
        (
            "voltage",
            "1",
            "lowest grid voltage of any feed, per unit",
            lambda s: s["feed"][:, f.FEED_VOLTAGE].min(axis=1),
        ),
        ("power_grid", "W", "power imported from the grid", total("feed", f.FEED_POWER)),
        ("power_racks", "W", "power drawn by racks", total("rack", f.RACK_POWER)),
        ("power_it", "W", "power used by servers and their fans", total("rack", f.RACK_POWER_IT)),
        ("power_ups_in", "W", "power into UPS systems", total("ups", f.UPS_POWER_IN)),
        ("power_ups_out", "W", "power out of UPS systems", total("ups", f.UPS_POWER_OUT)),
        ("power_mechanical", "W", "power of fans, pumps and chillers that was served", mechanical),
        ("power_genset", "W", "power from generators", total("bus", f.BUS_POWER_GENSET)),
        (
            "power_storage",
            "W",
            "power from storage converters, delivering positive",
            total("bus", f.BUS_POWER_STORAGE),
        ),
        ("soc_storage", "1", "mean state of charge of storage at the switchgear", storage_soc),
        ("racks_working", "1", "share of rack units that work", working_share),
        (
            "inlet_mean",
            "degC",
            "mean rack inlet temperature",
            lambda s: s["rack"][:, f.RACK_T_INLET].mean(axis=1),
        ),
        (
            "inlet_max",
            "degC",
            "highest rack inlet temperature",
            lambda s: s["rack"][:, f.RACK_T_INLET].max(axis=1),
        ),
        (
            "chip_max",
            "degC",
            "highest chip temperature of a rack",
            lambda s: s["rack"][:, f.RACK_T_CHIP].max(axis=1),
        ),
        ("chillers_running", "1", "chillers that run", total("plant", f.PLANT_CHILLERS_ON)),
        ("heat_reuse", "W", "heat delivered to reuse", total("plant", f.PLANT_Q_REUSE)),
        ("heat_store", "W", "heat cold stores took, charging negative", total("plant", f.PLANT_Q_STORE)),
        ("pue", "1", "power usage effectiveness of the moment", pue),
        ("energy_site", "J", "energy into the site since the start, net of batteries", energy_site),
        ("energy_grid", "J", "energy from the grid since the start", total("feed", f.FEED_E_OUT)),
        ("energy_racks", "J", "energy into racks since the start", total("rack", f.RACK_E_IN)),
        ("energy_reuse", "J", "heat delivered to reuse since the start", total("plant", f.PLANT_E_OUT)),
        ("water", "kg", "water used since the start", total("plant", f.PLANT_WATER)),
        ("co2_fuel", "kg", "CO2-equivalent of fuel burnt since the start", total("genset", f.GEN_CO2_MASS)),
    )
}
"""Channels from states; the engine adds price, carbon intensity and outdoor temperatures from the signals."""

UPS_SOC = Field("soc_ups", "1", "lowest state of charge among UPS batteries")
"""Beside the channels from states: which UPS system has a battery is a parameter."""

COLD_CONTENT = Field("cold_store", "1", "cold in the cold stores of plants, share of the full")
"""Likewise: which plant has a store."""

SIGNAL_CHANNELS = {
    "price": Field("price", "currency/J", "price of energy"),
    "carbon": Field("carbon", "kg/J", "carbon intensity of the grid"),
    "dry_bulb": Field("dry_bulb", "degC", "outdoor dry bulb"),
    "wet_bulb": Field("wet_bulb", "degC", "outdoor wet bulb"),
    "heat_demand": Field("heat_demand", "W", "heat the district's network wants; 0 without one"),
    "heat_supply": Field("heat_supply", "degC", "supply temperature of that network"),
    "dew_point": Field("dew_point", "degC", "outdoor dew point"),
}


def site_fields(currency: str) -> dict[str, Field]:
    """Every site channel with its unit and meaning."""
    fields = {name: entry for name, (entry, _) in CHANNELS.items()}
    fields[UPS_SOC.name] = UPS_SOC
    fields[COLD_CONTENT.name] = COLD_CONTENT
    fields |= SIGNAL_CHANNELS
    fields["price"] = Field("price", f"{currency}/J", "price of energy")
    return fields


def site_values(states: States, row: dict[str, Array], site: Site) -> dict[str, Array]:
    """Every site channel at the end of an interval; `row` holds the signals of that interval."""
    members = states["feed"].shape[0]
    values = {name: function(states) for name, (_, function) in CHANNELS.items()}
    values[UPS_SOC.name] = ups_soc(states, site)
    values[COLD_CONTENT.name] = cold_content(states, site)
    values["price"] = np.full(members, row["price"])
    values["carbon"] = np.full(members, row["carbon"])
    values["dry_bulb"] = np.full(members, row["signal"][f.SIG_T_DRY])
    values["wet_bulb"] = np.full(members, row["signal"][f.SIG_T_WET])
    values["heat_demand"] = np.full(members, row["signal"][f.SIG_HEAT_DEMAND])
    values["heat_supply"] = np.full(members, row["signal"][f.SIG_HEAT_SUPPLY])
    values["dew_point"] = np.full(members, row["signal"][f.SIG_T_DEW])
    return values
