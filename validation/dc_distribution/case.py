"""One hall on AC and on DC: what each chain loses between the medium-voltage side and the servers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from twin.kernels import fields as f
from twin.validation.case import Case, Check
from twin.validation.steady import rack_powers, steady

UTILISATION = (0.3, 0.6, 1.0)
MIDDLE = 1

# Cooling hangs on the busbar, so that the chain carries servers alone; racks are stepped in lumps.
COMMON = (
    "cooling.halls.hall-1.fans_on=bus-a",
    "cooling.plants.plant-1.pumps_on=bus-a",
    "racks.cpu.lump=8",
    "racks.gpu.lump=5",
)
LEGACY = (
    "electrical.ups.ups-1.type=ups-legacy",
    "racks.cpu.pdu=pdu-300kva-transformer",
    "racks.gpu.pdu=pdu-300kva-transformer",
)

CHAINS: dict[str, tuple[str, tuple[str, ...]]] = {
    "AC, legacy": ("hall-2mw", LEGACY),
    "AC, double conversion": ("hall-2mw", ()),
    "AC, modern double conversion": ("hall-2mw", ("electrical.ups.ups-1.type=ups-vfi-modern",)),
    "AC, eco": ("hall-2mw", ("electrical.ups.ups-1.type=ups-eco",)),
    "240 V DC": ("hall-2mw-dc-240", ()),
    "336 V DC": ("hall-2mw-dc-336", ()),
    "380 V DC": ("hall-2mw", ("electrical.ups.ups-1.type=dc-380v",)),
    "800 V DC": ("hall-2mw-dc-800", ()),
}
"""Chain -> shipped scenario and what is changed in it."""


@dataclass(frozen=True)
class Losses:
    """Losses of each stage as shares of the power used in the racks, one value a load level.

    Attributes
    ----------
    transformer, conversion, distribution, supply : list of float
        Transformers of the busbars, UPS or rectifiers, PDUs, power supplies.
    residual : float
        Largest residual of an energy account.
    """

    transformer: list[float]
    conversion: list[float]
    distribution: list[float]
    supply: list[float]
    residual: float

    def total(self, level: int) -> float:
        """All of them at a load level."""
        return (
            self.transformer[level] + self.conversion[level] + self.distribution[level] + self.supply[level]
        )

    def efficiency(self, level: int) -> float:
        """Power used in the racks over power into the chain."""
        return 1.0 / (1.0 + self.total(level))


def chain(name: str, changes: tuple[str, ...], backend: str) -> Losses:
    """Step a scenario at every load level."""
    from twin.scenario import load

    run = steady(load(name, [*COMMON, *changes]), UTILISATION, backend)
    into, used = rack_powers(run)
    sides = run.total("pdu", f.PDU_POWER_A) + run.total("pdu", f.PDU_POWER_B)
    return Losses(
        transformer=list(run.total("bus", f.BUS_LOSS) / used),
        conversion=list(run.total("ups", f.UPS_LOSS) / used),
        distribution=list((sides - into) / used),
        supply=list((into - used) / used),
        residual=run.residual,
    )


def fixed(ups: float, pdu: float, psu: float) -> tuple[str, ...]:
    """Changes that give the stages of a chain these efficiencies at every load."""
    changes = [f"electrical.ups.ups-1.loss=[0, {1 / ups - 1}, 0]"]
    for bus in ("bus-a", "bus-b"):
        changes += [f"electrical.buses.{bus}.transformer.{key}=0 W" for key in ("loss_no_load", "loss_load")]
    for group, supply in (("cpu", "pfe600-platinum"), ("gpu", "titanium-2kw")):
        rating = ", power_rated: 3.3 kW" if group == "gpu" else ""
        changes += [
            f"racks.{group}.pdu={{type: pdu-300kva, loss: [0, {1 / pdu - 1}, 0]}}",
            f"racks.{group}.psu={{type: {supply}{rating}, loss: [0, {1 / psu - 1}, 0]}}",
            f"racks.{group}.other_power=0 W",
        ]
    return tuple(changes)


LBNL = {
    "typical": fixed(0.85, 0.98, 0.73),
    "best AC": fixed(0.90, 0.98, 0.90),
    "DC": fixed(0.94, 1.0, 0.92),
}
"""Stages of the comparison by Lawrence Berkeley National Laboratory: UPS (or rectifier), PDU, supply (M)."""
SAVED = {"typical": 28.0, "best AC": 7.0}
"""Input energy that 380 V DC saved there, %."""


def saved(before: Losses, after: Losses) -> float:
    """Input power that `after` saves of that of `before` at the middle load, %."""
    return 100.0 * (1.0 - before.efficiency(MIDDLE) / after.efficiency(MIDDLE))


def run(backend: str) -> list[Check]:
    """Return the checks against published comparisons."""
    lbnl = {name: chain("hall-2mw", changes, backend) for name, changes in LBNL.items()}
    chains = {name: chain(scenario, changes, backend) for name, (scenario, changes) in CHAINS.items()}
    checks = [
        Check(f"LBNL: saved by 380 V DC against {name}", saved(lbnl[name], lbnl["DC"]), value, 2.0, "%")
        for name, value in SAVED.items()
    ]
    others = ", ".join(
        f"{saved(chains[name], chains['800 V DC']):.1f} against {name}"
        for name in ("AC, modern double conversion", "AC, eco", "336 V DC")
    )
    best = saved(chains["AC, double conversion"], chains["800 V DC"])
    note = f"published as 'up to'; {others}"
    checks.append(Check("saved by 800 V DC against AC double conversion", best, 5.0, 1.0, "%", note))
    residuals = [losses.residual for losses in (*lbnl.values(), *chains.values())]
    checks.append(Check("largest residual of an energy account", max(residuals), 0.0, 1e-9, "1"))
    return checks


def figure() -> Any:
    """Return the losses of each chain by stage."""
    import plotly.graph_objects as go

    chains = {name: chain(scenario, changes, "cpu") for name, (scenario, changes) in CHAINS.items()}
    plot = go.Figure(layout={"title": CASE.title, "template": "plotly_white", "barmode": "stack"})
    for stage in ("transformer", "conversion", "distribution", "supply"):
        shares = [100.0 * getattr(losses, stage)[MIDDLE] for losses in chains.values()]
        plot.add_bar(x=list(chains), y=shares, name=stage)
    plot.update_yaxes(title=f"loss at {UTILISATION[MIDDLE]:.0%} utilisation, % of power used in the racks")
    return plot


CASE = Case(
    name="dc_distribution",
    title="AC and DC distribution of one hall",
    reference="savings of DC distribution published by LBNL (380 V) and NVIDIA (800 V)",
    source="M. Ton, B. Fortenbery, W. Tschudi, DC Power for Improved Data Center Efficiency, LBNL 2008; NVIDIA, "
    "800 VDC Architecture for Next-Generation AI Factories, 2025",
    run=run,
    figure=figure,
)
