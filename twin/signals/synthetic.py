"""Synthetic signals, labelled as such, the same for the same seed whatever is asked for and in what order."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from twin.errors import InputError, Problem
from twin.signals.clock import HOUR, local_time

Array = NDArray[np.float64]

_BLOCK = 4096
_PURPOSE = {"frequency": 1, "utilisation": 2}


@lru_cache(maxsize=256)
def _normal_block(seed: int, purpose: int, block: int) -> Array:
    """Standard normals of one block: the Philox key is (seed, purpose), the counter is the block."""
    bits = np.random.Philox(key=np.array([seed, purpose], np.uint64), counter=[0, 0, 0, block])
    return np.random.Generator(bits).standard_normal(_BLOCK)


def normals(seed: int, purpose: int, index: NDArray[np.int64]) -> Array:
    """Independent standard normals by number (`index` >= 0): each depends on seed, purpose and index."""
    values = np.empty(index.size)
    for block in np.unique(index // _BLOCK):
        mine = index // _BLOCK == block
        values[mine] = _normal_block(seed, purpose, int(block))[index[mine] % _BLOCK]
    return values


def _checked_seed(seed: int) -> int:
    if not 0 <= seed < 2**64:
        raise InputError(Problem(f"seed {seed} must be a whole number from 0 to 2^64 - 1", key="run.seed"))
    return seed


class DailyUtilisation:
    """Synthetic daily utilisation: a cosine over the local day, plus noise.

    u(t) = mean + swing/2 cos(2 pi (h - peak_hour)/24) + noise n(t), clipped to 0..1, where n is a standard
    normal every 5 min, joined linearly.

    Parameters
    ----------
    mean : fraction 0..1.
    name : of the signal.
    start : run start [UTC epoch s].
    zone : the site's time zone.
    swing : highest less lowest, fraction. Default 0.27: the Google 2019 cluster trace, averaged over 300 s,
        runs from 0.32 to 0.59 (R).
    peak_hour : local hour of the maximum; an assumption.
    noise : standard deviation, fraction.
    seed : of the noise.
    """

    def __init__(
        self,
        mean: float,
        *,
        name: str,
        start: float,
        zone: str,
        swing: float = 0.27,
        peak_hour: float = 15.0,
        noise: float = 0.0,
        seed: int = 0,
    ) -> None:
        if not (swing >= 0.0 and 0.5 * swing <= mean <= 1.0 - 0.5 * swing):
            raise InputError(
                f"signal {name}: a mean of {mean:g} with a swing of {swing:g} leaves the range 0 to 1"
            )
        if not (0.0 <= peak_hour <= 24.0 and 0.0 <= noise <= 1.0):
            raise InputError(f"signal {name}: expected peak_hour of 0 to 24 and noise of 0 to 1")
        self.name, self.unit = name, "1"
        self.source = "synthetic daily utilisation"
        self.report: Sequence[str] = [
            f"Synthetic: mean {mean:g}, swing {swing:g}, highest at {peak_hour:g} h {zone}, noise {noise:g},"
            f" seed {seed}."
        ]
        self._start, self._zone, self._peak = start, zone, peak_hour
        self._mean, self._swing, self._noise, self._seed = mean, swing, noise, _checked_seed(seed)

    def at(self, t: Array) -> Array:
        """Utilisation 0..1 at seconds since run start."""
        t = np.asarray(t, np.float64)
        hour = local_time(self._zone, np.ravel(self._start + t)).second.reshape(t.shape) / HOUR
        value = self._mean + 0.5 * self._swing * np.cos(2.0 * math.pi * (hour - self._peak) / 24.0)
        if self._noise > 0.0:
            knot = np.floor(t / 300.0)
            share = t / 300.0 - knot
            index = np.ravel(knot).astype(np.int64)
            left = normals(self._seed, _PURPOSE["utilisation"], index).reshape(t.shape)
            right = normals(self._seed, _PURPOSE["utilisation"], index + 1).reshape(t.shape)
            value = value + self._noise * ((1.0 - share) * left + share * right)
        return np.clip(value, 0.0, 1.0)


class FrequencyNoise:
    """Synthetic grid frequency: nominal plus a first-order Gauss-Markov process at 1-s knots.

    x[k+1] = a x[k] + sd sqrt(1 - a^2) n[k+1], a = exp(-1 s/tau), x[0] = sd n[0].

    Parameters
    ----------
    nominal : [Hz].
    sd : standard deviation [Hz]. Default 0.0158 Hz, that of the GMLC 24-h record of a 60 Hz system (R).
    tau : correlation time [s]. Default 600 s, where that record's autocorrelation has fallen to 1/e (R).
    seed : of the noise.
    """

    def __init__(
        self, *, name: str, nominal: float, sd: float = 0.0158, tau: float = 600.0, seed: int = 0
    ) -> None:
        if not (40.0 <= nominal <= 70.0 and 0.0 <= sd <= 1.0 and tau > 0.0):
            raise InputError(
                f"signal {name}: expected nominal of 40 to 70 Hz, sd of 0 to 1 Hz and tau above 0 s"
            )
        self.name, self.unit = name, "Hz"
        self.source = "synthetic frequency noise"
        self.report: Sequence[str] = [
            f"Synthetic: {nominal:g} Hz, standard deviation {sd * 1e3:g} mHz, tau {tau:g} s, seed {seed}."
        ]
        self._nominal, self._sd, self._seed = nominal, sd, _checked_seed(seed)
        self._decay = math.exp(-1.0 / tau)
        self._knots = np.empty(0)

    def _extend(self, count: int) -> None:
        """Grow the sequence of knots in whole blocks, always in the same order."""
        from scipy.signal import lfilter

        while self._knots.size < count:
            block = self._knots.size // _BLOCK
            drive = self._sd * _normal_block(self._seed, _PURPOSE["frequency"], block)
            gain = math.sqrt(1.0 - self._decay**2)
            scaled = drive * gain
            if block == 0:
                scaled[0] = drive[0]
                before = 0.0
            else:
                before = float(self._knots[-1])
            new, _ = lfilter([1.0], [1.0, -self._decay], scaled, zi=[self._decay * before])
            self._knots = np.concatenate([self._knots, new])

    def at(self, t: Array) -> Array:
        """Frequency [Hz] at seconds since run start (>= 0), linear between whole seconds."""
        t = np.asarray(t, np.float64)
        if t.size == 0:
            return np.zeros(t.shape)
        if not float(t.min()) >= 0.0:
            raise InputError(f"signal {self.name} starts at run start, asked for t = {t.min()} s")
        knot = np.floor(t).astype(np.int64)
        self._extend(int(knot.max()) + 2)
        share = t - knot
        return self._nominal + (1.0 - share) * self._knots[knot] + share * self._knots[knot + 1]
