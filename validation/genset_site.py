"""A site of one bus that has lost its mains, one generating set and one rack as its load."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from twin.facility.generation import set_params
from twin.kernels import fields as f
from twin.kernels.backend import Interval, Machine, open_machine
from twin.kernels.scalar import Array
from twin.scenario.equipment import equipment
from twin.scenario.equipment_generation import Genset
from twin.validation.reopt_survival.site import Small, build

FREQUENCY = 50.0
NEVER = 1e30


@dataclass(frozen=True)
class Trial:
    """A set of the library under test.

    Attributes
    ----------
    name : str
        Library entry.
    changed : dict of str to float
        Parameters of the kernel that differ from it.
    crank_fails, start_fails : float
        Its draws.
    """

    name: str
    changed: dict[str, float]
    crank_fails: float = 0.0
    start_fails: float = 0.0


def entry(name: str) -> Genset:
    """One set of the library."""
    found = equipment("genset", name)
    assert isinstance(found, Genset)
    return found


class Bench:
    """The trials side by side, each a member with parameters of its own.

    Attributes
    ----------
    rated : (trial,) array
        Rated power [W].
    """

    def __init__(self, trials: Sequence[Trial], backend: str) -> None:
        site = build(Small(sets=1))
        n = len(trials)
        site.params = {name: np.repeat(block, n, axis=0) for name, block in site.params.items()}
        states = {name: np.repeat(block, n, axis=0) for name, block in site.states.items()}
        genset = site.params["genset"]
        for k, trial in enumerate(trials):
            params = set_params(entry(trial.name), 0.0, FREQUENCY) | trial.changed
            for name, value in params.items():
                genset[k, f.GENSET.param_index(name), 0] = value
        self.rated = genset[:, f.GEN_RATED, 0]
        for row in (f.RACK_POWER_PEAK, f.RACK_PSU_RATED):
            site.params["rack"][:, row, 0] = self.rated
        # The load is a bank of resistors and chokes: it stays on whatever the voltage.
        site.params["rack"][:, [f.RACK_V_MIN, f.RACK_V_MAX], 0] = (0.01, 10.0)
        site.params["bus"][:, [f.BUS_F_MIN, f.BUS_F_MAX], 0] = (1.0, 100.0)
        states["feed"][:, f.FEED_OUTAGE_START] = 0.0
        states["genset"][:, f.GEN_FUEL, 0] = genset[:, f.GEN_TANK, 0]
        states["genset"][:, f.GEN_CRANK_FAILS, 0] = [trial.crank_fails for trial in trials]
        states["genset"][:, f.GEN_START_FAILS, 0] = [trial.start_fails for trial in trials]
        self.machine: Machine = open_machine(backend, site, states, np.arange(n))
        self.members = n
        self.t = 0.0

    def run(self, load: Array, step: float, steps: int = 1) -> Array:
        """Advance by `steps` steps of `step` [s] with a load [share of rated] each; states of the sets after it."""
        signal = np.zeros((self.members, len(f.SIGNAL.params)))
        signal[:, [f.SIG_FREQUENCY_0, f.SIG_FREQUENCY_1, f.SIG_F_NOMINAL]] = FREQUENCY
        signal[:, f.SIG_VOLTAGE] = 1.0
        self.machine.advance(
            Interval(
                start=self.t,
                step=step,
                steps=steps,
                thermal_every=0,
                trace_every=0,
                active=np.ones(self.members, dtype=np.int64),
                signal=signal,
                utilisation=np.ascontiguousarray(load, dtype=np.float64).reshape(-1, 1),
                disturbances=np.zeros((0, 4)),
            )
        )
        self.t += step * steps
        return np.array(self.machine.states()["genset"][:, :, 0])
