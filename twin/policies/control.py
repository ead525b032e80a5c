"""The vocabulary of a policy: what it sees and what it may set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np

from twin.inputs import Inputs
from twin.kernels import fields
from twin.kernels.scalar import Array
from twin.kernels.site import Site
from twin.signals import Signal


@dataclass
class View:
    """What a policy sees before an interval.

    Attributes
    ----------
    t, interval : float
        Run time at the start of the interval, and its length [s].
    duration : float
        Length of the run [s]: signals are known that far.
    site : Site
        Parameters and names.
    states : dict of str to (member, field, unit) array
        States at the end of the last interval; not to be written.
    inputs : Inputs
        Signals, past and to come: `inputs.price.at(seconds)`.
    """

    t: float
    interval: float
    duration: float
    site: Site
    states: dict[str, Array]
    inputs: Inputs

    def price_ahead(self, t: Array) -> Array:
        """Price at run times `t` [s]; what lies behind the end of the run takes its last price."""
        return self.ahead(self.inputs.price, t)

    def ahead(self, source: Signal, t: Array) -> Array:
        """A signal at run times `t` [s]; what lies behind the end of the run takes its last value."""
        values = source.at(np.minimum(t, np.nextafter(self.duration, 0.0)))
        assert isinstance(values, np.ndarray)
        return values

    def mean_ahead(self, source: Signal, t: Array, length: float, every: float) -> Array:
        """Mean of a signal over `length` from each of the run times `t`, from a value per `every` [s]."""
        count = max(round(length / every), 1)
        offsets = np.arange(count, dtype=np.float64) * (length / count)
        means: Array = self.ahead(source, (t[:, None] + offsets).ravel()).reshape(t.size, count).mean(axis=1)
        return means


@dataclass
class Controls:
    """What a policy may set for an interval.

    Attributes
    ----------
    storage_setpoint : (member, pcs) array
        Dispatch of storage converters, delivering positive [W].
    storage_response, ups_response : (member, unit) arrays
        Power committed to frequency response at full activation [W].
    utilisation : (member, workload) array
        Utilisation of each workload, 0 to 1; holds the signals when a policy is called.
    signal : (member, signal) array
        The signal row; frequency policies set its response curve.
    hall_shift, cdu_shift, plant_shift : (member, unit) arrays
        Added to the set points of supply air, coolant and chilled water [K]; 0 leaves them as they are.
    store_heat : (member, plant) array
        Heat that the cold store of a plant is to take from its loop, charging negative [W]; NaN lets it keep itself
        full. Either way it takes what the machines cannot.
    """

    storage_setpoint: Array
    storage_response: Array
    ups_response: Array
    utilisation: Array
    signal: Array
    hall_shift: Array
    cdu_shift: Array
    plant_shift: Array
    store_heat: Array

    @classmethod
    def at_rest(cls, members: int, site: Site, utilisation: Array, signal: Array) -> Controls:
        """Controls with no dispatch and no response, on the signals of an interval, at the site's own set points."""
        pcs, ups, halls, cdus, plants = (
            site.states[name].shape[2] for name in ("pcs", "ups", "hall", "cdu", "plant")
        )
        return cls(
            np.zeros((members, pcs)),
            np.zeros((members, pcs)),
            np.zeros((members, ups)),
            np.repeat(utilisation[None, :], members, axis=0),
            np.repeat(signal[None, :], members, axis=0),
            np.zeros((members, halls)),
            np.zeros((members, cdus)),
            np.zeros((members, plants)),
            np.full((members, plants), np.nan),
        )

    def commands(self) -> dict[str, tuple[tuple[int, Array], ...]]:
        """What is written into states: by class, the row and its values."""
        ordered = np.isfinite(self.store_heat)
        return {
            "pcs": (
                (fields.PCS_SETPOINT, self.storage_setpoint),
                (fields.PCS_RESPONSE, self.storage_response),
            ),
            "ups": ((fields.UPS_RESPONSE, self.ups_response),),
            "hall": ((fields.HALL_T_SHIFT, self.hall_shift),),
            "cdu": ((fields.CDU_T_SHIFT, self.cdu_shift),),
            "plant": (
                (fields.PLANT_T_SHIFT, self.plant_shift),
                (fields.PLANT_STORE_COMMANDED, ordered.astype(np.float64)),
                (fields.PLANT_STORE_SETPOINT, np.where(ordered, self.store_heat, 0.0)),
            ),
        }


class Policy(Protocol):
    """One thing a site's controls do."""

    def act(self, view: View, controls: Controls) -> None:
        """Write the set points of the coming interval into `controls`."""


@runtime_checkable
class Remembering(Protocol):
    """A policy that decides from more than the present: a resumed run needs what it remembers."""

    def memory(self) -> dict[str, Array]:
        """What the next `act` depends on besides its arguments."""

    def recall(self, memory: dict[str, Array]) -> None:
        """Take up again what `memory` gave; nothing when the policy had not acted yet."""


def storage_energy(site: Site, k: int) -> float:
    """Energy of the battery of converter `k` between empty and full, at open circuit [J]."""
    b = site.states["ups"].shape[2] + k
    p = site.params["battery"][0]
    last = fields.BAT_ENERGY_0 + fields.BAT_OCV_POINTS - 1
    return float(p[fields.BAT_CHARGE, b] * p[fields.BAT_SERIES, b] * p[last, b])
