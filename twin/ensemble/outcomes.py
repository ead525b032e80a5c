"""What became of each member of an ensemble."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from twin.kernels import fields as f
from twin.kernels.scalar import Array
from twin.kernels.site import Site

FAILED_KINDS = (
    ("set out of service", "sets out of service"),
    ("set did not start", "sets did not start"),
    ("set stopped running", "sets stopped running"),
    ("UPS module out", "UPS modules out"),
    ("battery with a string out", "batteries with a string out"),
    ("feed out", "feeds out"),
)
"""What chance may have taken from a member by the loss of its first rack: one, and several."""


@dataclass(frozen=True)
class Outcomes:
    """One value per member.

    Attributes
    ----------
    variant : int array
        Its design.
    duration : array
        Of its outage [s].
    lost_after : array
        From the loss of mains to the first stop of a rack [s]; NaN where none stopped.
    by_heat : bool array
        Whether that first stop was a shutdown by heat.
    unserved : array
        Work energy that servers wanted and did not get [J].
    overheated : array
        Racks whose inlet exceeded their limit.
    inlet_max : array
        Highest inlet temperature [degC].
    fuel : array
        Burnt [m3].
    co2, nox : arrays
        Emitted by generating sets [kg].
    genset_energy, genset_time : arrays
        Electrical energy [J] and running time, all sets [s].
    soc_end : array
        Mean state of charge of the storage converters' batteries at the end; NaN without any.
    racks_lost, racks_lost_by_heat : arrays
        Racks that stopped at least once, and how many of them by heat the first time.
    failed : (member, kind) int array
        Parts that chance had taken by the first stop of a rack, `FAILED_KINDS`.
    """

    variant: NDArray[np.int64]
    duration: Array
    lost_after: Array
    by_heat: NDArray[np.bool_]
    unserved: Array
    overheated: Array
    inlet_max: Array
    fuel: Array
    co2: Array
    nox: Array
    genset_energy: Array
    genset_time: Array
    soc_end: Array
    racks_lost: Array
    racks_lost_by_heat: Array
    failed: NDArray[np.int64]

    @property
    def survived(self) -> NDArray[np.bool_]:
        """Whether no rack stopped, from the loss of mains until some time after their return."""
        return np.isnan(self.lost_after)

    def of(self, variant: int) -> Outcomes:
        """Outcomes of one design, in the order of the draws."""
        chosen = self.variant == variant
        return Outcomes(*(getattr(self, entry.name)[chosen] for entry in fields(self)))

    @classmethod
    def joined(cls, parts: Sequence[Outcomes]) -> Outcomes:
        """Outcomes of several batches, one after the other."""
        return cls(*(np.concatenate([getattr(part, entry.name) for part in parts]) for entry in fields(cls)))


def outcomes(
    site: Site,
    states: dict[str, Array],
    variant: NDArray[np.int64],
    duration: Array,
) -> Outcomes:
    """Read the outcomes of members from their final states."""
    rack, genset = states["rack"], states["genset"]
    count = site.params["rack"][0, f.RACK_COUNT]
    lost = rack[:, f.RACK_LOST_AT]
    hot = rack[:, f.RACK_LOST_HOT] > 0.0
    times = np.where(lost < 0.0, np.inf, lost)
    first = times.min(axis=1)
    storage = states["battery"][:, f.BAT_SOC, states["ups"].shape[2] :]
    return Outcomes(
        variant=variant,
        duration=duration,
        lost_after=np.where(np.isinf(first), np.nan, first),
        by_heat=np.take_along_axis(hot, times.argmin(axis=1)[:, None], axis=1)[:, 0],
        unserved=rack[:, f.RACK_E_UNSERVED].sum(axis=1),
        overheated=(rack[:, f.RACK_OVERHEAT] > 0.0) @ count,
        inlet_max=rack[:, f.RACK_T_INLET_MAX].max(axis=1),
        fuel=genset[:, f.GEN_BURNT].sum(axis=1),
        co2=genset[:, f.GEN_CO2_MASS].sum(axis=1),
        nox=genset[:, f.GEN_NOX_MASS].sum(axis=1),
        genset_energy=genset[:, f.GEN_E_OUT].sum(axis=1),
        genset_time=genset[:, f.GEN_RUN_TIME].sum(axis=1),
        soc_end=storage.mean(axis=1) if storage.shape[1] else np.full(duration.size, np.nan),
        racks_lost=(lost >= 0.0) @ count,
        racks_lost_by_heat=hot @ count,
        failed=np.zeros((duration.size, len(FAILED_KINDS)), dtype=np.int64),
    )
