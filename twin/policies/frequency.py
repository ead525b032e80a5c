"""Frequency products carried by batteries."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from twin.kernels import fields
from twin.kernels.scalar import Array
from twin.policies.control import Controls, View


@dataclass(frozen=True)
class Curve:
    """Response curve of a product.

    Attributes
    ----------
    dead_band, knee, full : float
        Corners [Hz].
    knee_share : float
        Share of the response at the knee.
    duration : float
        How long the full response must last, either way [s].
    """

    dead_band: float
    knee: float
    knee_share: float
    full: float
    duration: float


# NESO service terms; ENTSO-E system operation guideline, article 154; Nordic FCR requirements (remembered).
CURVES = {
    "dynamic-containment": Curve(0.015, 0.2, 0.05, 0.5, 900.0),
    "dynamic-moderation": Curve(0.015, 0.1, 0.05, 0.2, 1800.0),
    "dynamic-regulation": Curve(0.015, 0.2, 1.0, 0.2, 3600.0),
    "fcr": Curve(0.010, 0.2, 1.0, 0.2, 900.0),
    "fcr-n": Curve(0.0, 0.1, 1.0, 0.1, 3600.0),
}


@dataclass
class FrequencyResponse:
    """Commits `power` [W] of response, shared among batteries by their discharge rating.

    The kernels follow the curve within the electrical step and stop at the reserve, which is a parameter of
    the UPS or converter.
    """

    curve: Curve
    power: float
    ups: list[int]
    storage: list[int]

    def act(self, view: View, controls: Controls) -> None:
        """Set the curve and each battery's part of the response."""
        controls.signal[:, fields.SIG_DROOP_DEAD] = self.curve.dead_band
        controls.signal[:, fields.SIG_DROOP_KNEE] = self.curve.knee
        controls.signal[:, fields.SIG_DROOP_KNEE_SHARE] = self.curve.knee_share
        controls.signal[:, fields.SIG_DROOP_FULL] = self.curve.full
        parts = self._parts(view)
        controls.ups_response[:, self.ups] += parts[: len(self.ups)]
        controls.storage_response[:, self.storage] += parts[len(self.ups) :]

    def _parts(self, view: View) -> Array:
        ratings = view.site.params["battery"][0, fields.BAT_POWER_MAX_DIS]
        n_ups = view.site.states["ups"].shape[2]
        chosen = ratings[[*self.ups, *(n_ups + k for k in self.storage)]]
        parts: Array = np.minimum(self.power * chosen / chosen.sum(), chosen)
        return parts
