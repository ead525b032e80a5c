"""What a run's electricity costs under a tariff."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from twin.errors import InputError, Problem
from twin.signals.clock import DAY, local_marks, local_time
from twin.signals.tariff import ContractCapacity, Lookup, Spot, Tariff
from twin.signals.time_of_use import TimeOfUse

Array = NDArray[np.float64]

QUARTER = 900.0


@dataclass(frozen=True)
class CostBreakdown:
    """A bill, in one currency.

    Attributes
    ----------
    currency : of every amount.
    energy : cost of imported energy by period name ('flat' and 'spot' for those tariffs).
    energy_used : imported energy by the same names [J].
    demand : charge on maximum demand or contracted capacity, whole months.
    green_certificates, carbon : on imported energy.
    export_credit : paid to the site, positive.
    energy_exported : [J].
    emissions : of imported energy [kg], or None where no carbon signal was given.
    peak : largest mean power over the demand window in each month, 'YYYY-MM' -> [W].
    notes : sentences on what was assumed.
    """

    currency: str
    energy: dict[str, float]
    energy_used: dict[str, float]
    demand: float = 0.0
    green_certificates: float = 0.0
    carbon: float = 0.0
    export_credit: float = 0.0
    energy_exported: float = 0.0
    emissions: float | None = None
    peak: dict[str, float] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def total(self) -> float:
        """Everything paid, less the export credit."""
        paid = sum(self.energy.values()) + self.demand + self.green_certificates + self.carbon
        return paid - self.export_credit


def cost(
    tariff: Tariff, edges: Array, power: Array, *, spot: Lookup | None = None, carbon: Lookup | None = None
) -> CostBreakdown:
    """Price a load curve.

    Parameters
    ----------
    tariff : what is charged.
    edges : n + 1 increasing instants, UTC epoch seconds.
    power : n mean powers between them [W]; positive is import.
    spot, carbon : epoch seconds -> market price [currency/J], carbon intensity [kg/J]; both may change at
        quarter hours only, the finest spacing of settlement in the markets read here.

    Raises
    ------
    InputError : edges and power do not fit; a spot tariff without prices; a carbon price without intensity.

    Notes
    -----
    Intervals are cut at every instant where a price may change, so an interval across a period boundary is
    charged in both. Import and export are told apart by the interval's mean power.
    """
    edges, power = _checked(edges, power)
    start, end = float(edges[0]), float(edges[-1])
    cuts = _cuts(tariff, start, end, carbon is not None)
    fine = np.union1d(edges, cuts)
    left = fine[:-1]
    load = power[np.searchsorted(edges, left, side="right") - 1]
    joules = load * np.diff(fine)
    imported, exported = np.maximum(joules, 0.0), np.maximum(-joules, 0.0)
    energy, used = _by_period(tariff, left, imported, spot)
    notes: list[str] = []
    sold = float(exported.sum())
    if sold > 0.0 and tariff.export_price is None:
        notes.append("Exported energy is counted but not paid: the tariff has no export_price.")
    emissions = float((imported * carbon(left)).sum()) if carbon is not None else None
    if tariff.carbon_price is not None and emissions is None:
        raise InputError(Problem("a carbon price needs signals.carbon", key="tariff.carbon_price"))
    certificate = tariff.green_certificate
    demand, peaks, said = _demand(tariff, edges, power)
    return CostBreakdown(
        currency=tariff.currency,
        energy=energy,
        energy_used=used,
        demand=demand,
        green_certificates=certificate.price * certificate.share * float(imported.sum())
        if certificate
        else 0.0,
        carbon=(tariff.carbon_price or 0.0) * (emissions or 0.0),
        export_credit=(tariff.export_price or 0.0) * sold,
        energy_exported=sold,
        emissions=emissions,
        peak=peaks,
        notes=notes + said,
    )


def _checked(edges: Array, power: Array) -> tuple[Array, Array]:
    edges, power = np.asarray(edges, np.float64), np.asarray(power, np.float64)
    if edges.ndim != 1 or power.shape != (edges.size - 1,) or power.size == 0:
        raise InputError(f"expected n + 1 instants and n powers, found {edges.shape} and {power.shape}")
    if not (np.all(np.isfinite(edges)) and np.all(np.isfinite(power)) and np.all(np.diff(edges) > 0.0)):
        raise InputError("instants must increase, and powers must be numbers")
    return edges, power


def _cuts(tariff: Tariff, start: float, end: float, carbon: bool) -> Array:
    """Instants inside the run at which a price or the carbon intensity may change."""
    cuts: list[NDArray[np.floating]] = [np.zeros(0)]
    if isinstance(tariff.energy, TimeOfUse):
        cuts.append(tariff.energy.changes(start, end))
    if isinstance(tariff.energy, Spot) or carbon:
        grid = np.arange(np.ceil(start / QUARTER), np.ceil(end / QUARTER)) * QUARTER
        cuts.append(grid[(grid > start) & (grid < end)])
    return np.concatenate(cuts).astype(np.float64)


def _by_period(
    tariff: Tariff, left: Array, imported: Array, spot: Lookup | None
) -> tuple[dict[str, float], dict[str, float]]:
    price = tariff.price_at(left, spot)
    if not isinstance(tariff.energy, TimeOfUse):
        name = "spot" if isinstance(tariff.energy, Spot) else "flat"
        return {name: float((price * imported).sum())}, {name: float(imported.sum())}
    period = tariff.energy.period_at(left)
    money: dict[str, float] = {}
    joules: dict[str, float] = {}
    for index, each in enumerate(tariff.energy.periods):
        mine = period == index
        if mine.any():
            money[each.name] = money.get(each.name, 0.0) + float((price * imported)[mine].sum())
            joules[each.name] = joules.get(each.name, 0.0) + float(imported[mine].sum())
    return money, joules


def _demand(tariff: Tariff, edges: Array, power: Array) -> tuple[float, dict[str, float], list[str]]:
    """Demand charge of every calendar month the run touches, the peaks, and what was assumed."""
    if tariff.demand is None:
        return 0.0, {}, []
    midnights = local_marks(tariff.zone, float(edges[0]), float(edges[-1]), np.zeros(1))
    first_of_day = local_time(tariff.zone, np.concatenate([edges[:1], midnights]))
    months = sorted({f"{y}-{m:02d}" for y, m in zip(first_of_day.year, first_of_day.month, strict=True)})
    notes = [_months_said(tariff.zone, edges, len(months))]
    if isinstance(tariff.demand, ContractCapacity):
        return tariff.demand.price * tariff.demand.capacity * len(months), {}, notes
    peaks = window_peaks(tariff.demand.window, tariff.zone, edges, power)
    return sum(tariff.demand.price * tariff.demand.billed(peak) for peak in peaks.values()), peaks, notes


def _months_said(zone: str, edges: Array, months: int) -> str:
    days = (edges[-1] - edges[0]) / DAY
    return (
        f"Demand is charged for {months} whole calendar month(s) of {zone}; the run covers {days:.3g} days."
    )


def window_peaks(window: float, zone: str, edges: Array, power: Array) -> dict[str, float]:
    """Largest mean power over a demand window in each month, 'YYYY-MM' -> [W].

    Parameters
    ----------
    window : aligned to the local clock [s].
    zone : the local clock.
    edges, power : n + 1 instants, UTC epoch seconds, and n mean powers between them [W].

    Notes
    -----
    A window cut off by the run's start or end counts only in a month that has no whole one, with the mean
    of the part that was run.
    """
    start, end = float(edges[0]), float(edges[-1])
    marks = local_marks(zone, start, end, np.arange(0.0, DAY, window))
    bounds = np.concatenate([[start], marks, [end]])
    energy = np.concatenate([[0.0], np.cumsum(power * np.diff(edges))])
    mean = np.diff(np.interp(bounds, edges, energy)) / np.diff(bounds)
    local = local_time(zone, bounds[:-1])
    month = local.year * 12 + local.month - 1
    whole = np.diff(bounds) >= window - 1e-6
    peaks: dict[str, float] = {}
    for each in np.unique(month):
        mine = month == each
        counted = mine & whole if (mine & whole).any() else mine
        peaks[f"{each // 12}-{each % 12 + 1:02d}"] = max(0.0, float(mean[counted].max()))
    return peaks
