"""Figure of the energy that flowed through the site, from the accounts of the equipment classes."""

from __future__ import annotations

import math

import plotly.graph_objects as go

from twin.plots import style
from twin.result import Result

_NODES = {
    "Fuel": style.RED,
    "Grid": style.BLUE,
    "Storage": style.YELLOW,
    "Generators": style.ORANGE,
    "UPS batteries": style.YELLOW,
    "DC ring": style.BLUE,
    "Switchgear": style.BLUE,
    "UPS": style.BLUE,
    "PDU": style.BLUE,
    "Cooling power": style.SKY,
    "Racks": style.GREEN,
    "Hall air": style.ORANGE,
    "Coolant": style.PURPLE,
    "Plant": style.SKY,
    "Losses": style.GREY,
    "Outdoors": style.ORANGE,
    "Heat reuse": style.GREEN,
}
_WORDS = {"Grid": "the grid", "Fuel": "fuel", "Storage": "storage"}
_SMALL = 1e-5


def energy_flows(result: Result, member: int = 0) -> list[tuple[str, str, float]]:
    """Return (from, to, energy [J]) between the classes.

    A flow whose accounts the file does not hold is missing. Storage and UPS batteries are net: what they
    gave, less what they took back.
    """
    accounts = result.accounts
    imported = result.members.get("energy_grid")

    def of(name: str, quantity: str) -> float:
        if name == "feed" and name not in accounts and imported is not None:
            return float(imported.value[member])
        if name not in accounts:
            return math.nan if name in ("feed", "bus", "rack") else 0.0
        values = accounts[name].get(quantity)
        return float(values[member]) if values is not None else math.nan

    conversion = of("station", "e_loss") + of("ring", "e_loss")
    # Stations on both sides of a ring have one account: what load stations take is what the ring gives.
    through_ring = of("station", "e_in") - of("ring", "e_out")
    storage = of("bus", "e_in") - (of("feed", "e_out") - conversion) - of("genset", "e_out")
    # Without storage at the switchgear, all that batteries gave went through the UPS systems.
    from_bus = of("ups", "e_bus")
    if math.isnan(from_bus) and "pcs" not in accounts:
        from_bus = of("ups", "e_in") - of("battery", "e_out")
    batteries = of("battery", "e_out") - of("battery", "e_in") - storage - of("pcs", "e_loss")
    heat = accounts.get("rack_heat", {}).get("e_out")
    fans = of("hall", "e_electric")
    if math.isnan(fans) and heat is not None and "cdu" not in accounts:
        fans = of("hall", "e_in") - float(heat[member])
    flows = [
        ("Grid", "Switchgear", of("feed", "e_out") - through_ring),
        ("Grid", "DC ring", through_ring),
        ("DC ring", "Switchgear", through_ring - conversion),
        ("DC ring", "Losses", conversion),
        ("Fuel", "Generators", of("genset", "e_in")),
        ("Generators", "Switchgear", of("genset", "e_out")),
        ("Generators", "Losses", of("genset", "e_loss")),
        ("Storage", "Switchgear", storage),
        ("Switchgear", "Losses", of("bus", "e_loss")),
        ("Switchgear", "UPS", from_bus),
        ("Switchgear", "Cooling power", of("bus", "e_out") - from_bus),
        ("UPS batteries", "UPS", batteries),
        ("UPS", "PDU", of("pdu", "e_in")),
        ("UPS", "Cooling power", from_bus + batteries - of("ups", "e_loss") - of("pdu", "e_in")),
        ("UPS", "Losses", of("ups", "e_loss")),
        ("PDU", "Racks", of("rack", "e_in")),
        ("PDU", "Losses", of("pdu", "e_loss")),
        ("Cooling power", "Hall air", fans),
        ("Cooling power", "Coolant", of("cdu", "e_electric")),
        ("Cooling power", "Plant", of("plant", "e_in") - of("hall", "e_out") - of("cdu", "e_out")),
        ("Racks", "Hall air", of("hall", "e_in") - fans),
        ("Racks", "Coolant", of("cdu", "e_in") - of("cdu", "e_electric")),
        ("Hall air", "Plant", of("hall", "e_out")),
        ("Hall air", "Outdoors", of("hall", "e_loss")),
        ("Coolant", "Plant", of("cdu", "e_out")),
        ("Plant", "Outdoors", of("plant", "e_loss")),
        ("Plant", "Heat reuse", of("plant", "e_out")),
    ]
    known = [flow for flow in flows if math.isfinite(flow[2])]
    largest = max((abs(value) for _, _, value in known), default=0.0)
    turned = [(a, b, v) if v > 0.0 else (b, a, -v) for a, b, v in known]
    return [flow for flow in turned if flow[2] > _SMALL * largest]


def sankey(result: Result, member: int = 0) -> go.Figure | None:
    """Draw where the energy [kWh or MWh] came from and where it went.

    Parameters
    ----------
    result : an open result file.
    member : member of the ensemble.

    Returns
    -------
    plotly.graph_objects.Figure or None
        None when the file holds no accounts (an incomplete one).
    """
    flows = energy_flows(result, member)
    if not flows:
        return None
    scale, unit = (3.6e9, "MWh") if max(v for _, _, v in flows) > 10 * 3.6e9 else (3.6e6, "kWh")
    names = [name for name in _NODES if any(name in flow[:2] for flow in flows)]
    through = {
        n: max(sum(v for a, _, v in flows if a == n), sum(v for _, b, v in flows if b == n)) for n in names
    }
    sources = [(a, v) for a, b, v in flows if a in ("Grid", "Fuel", "Storage", "UPS batteries")]
    came = ", ".join(f"{v / scale:,.1f} {unit} from {_WORDS.get(a, a)}" for a, v in sources)
    caption = (
        f"Energy over the whole run in {unit}; a band is as wide as the energy it carries. Came in: {came}. "
        "Storage and batteries are net. What air and water have warmed up or cooled down by is the "
        "difference between the bands on both sides of hall air, coolant and plant."
    )
    made = style.figure(430, caption)
    made.add_sankey(
        arrangement="snap",
        node={
            "label": [f"{n}<br>{through[n] / scale:,.1f}" for n in names],
            "color": [_NODES[n] for n in names],
            "pad": 16,
            "thickness": 14,
            "line": {"width": 0},
            "hovertemplate": "%{label} " + unit + "<extra></extra>",
        },
        link={
            "source": [names.index(a) for a, _, _ in flows],
            "target": [names.index(b) for _, b, _ in flows],
            "value": [v / scale for _, _, v in flows],
            "color": [_faint(_NODES[a]) for a, _, _ in flows],
            "hovertemplate": "%{source.label} to %{target.label}: %{value:,.2f} " + unit + "<extra></extra>",
        },
        textfont={"size": 12},
    )
    made.update_layout(hovermode="closest", margin={"l": 10, "r": 10, "t": 16, "b": 16})
    return made


def _faint(colour: str) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.33)"
