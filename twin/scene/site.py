"""The site in three dimensions: places, bodies, instants and values, ready to be drawn."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from twin.errors import InputError, suggest
from twin.result import Result
from twin.scene import layout as plan
from twin.scene.bodies import Body, Machines, bodies
from twin.scene.moments import Moment, story
from twin.scene.scale import CAPS, LEAST_THROTTLE, Scale, scale_named, scales


@dataclass(frozen=True)
class SceneSite:
    """What stands where, and how to read what it did.

    Attributes
    ----------
    result : the open result.
    member : member of the ensemble shown; None for the first recorded one.
    layout : places of the racks shown.
    chosen : their index along the rack axis of the result.
    bodies : the machines around them.
    """

    result: Result
    member: int | None
    layout: plan.Layout
    chosen: NDArray[np.int64]
    bodies: list[Body]

    @cached_property
    def names(self) -> list[str]:
        """Names of the racks shown."""
        units = self.result.units("rack")
        return [units[i] for i in self.chosen]

    @cached_property
    def moments(self) -> list[Moment]:
        """Before, during and after."""
        return story(self.result, self.chosen, self.member)

    @cached_property
    def machines(self) -> Machines:
        """What was recorded of the bodies."""
        return Machines(self.result, self.member)

    @cached_property
    def extent(self) -> NDArray[np.float64]:
        """The box around everything: x, y, z from and to [m]."""
        floors = [self.layout.floor(hall) for hall in range(len(self.layout.halls))]
        around = [body.box for body in self.bodies] + [
            (a, b, 0.0, c, d, plan.RACK_HEIGHT) for a, b, c, d in floors
        ]
        edges = np.array(around)
        return np.concatenate([edges[:, :3].min(axis=0), edges[:, 3:].max(axis=0)])

    @cached_property
    def aisles(self) -> list[plan.Aisle]:
        """Strips of floor between the rows."""
        return plan.aisles(self.layout)

    def values(self, scale: Scale, t: float) -> NDArray[np.float64]:
        """What a scale shows of each rack at run time `t`, in the unit of the scale."""
        row = self.result.at("rack", scale.channel, t, self.member)[self.chosen]
        return row.astype(np.float64) * scale.factor

    def caps(self, t: float) -> NDArray[np.str_]:
        """The cap of each rack at run time `t`: off, hot, slowed, or '' for one that works freely."""
        if not self.result.has("rack", "mode"):
            return np.full(len(self.chosen), "", dtype="<U6")
        modes = self.result.at("rack", "mode", t, self.member)[self.chosen]
        found = np.array([CAPS.get(int(mode), "") for mode in modes], dtype="<U6")
        if self.result.has("rack", "throttle"):
            throttle = self.result.at("rack", "throttle", t, self.member)[self.chosen]
            found[(found == "") & (throttle > LEAST_THROTTLE)] = "slowed"
        return found

    def aisle_values(self, t: float) -> NDArray[np.float64]:
        """Air temperature of each aisle at run time `t` [degC]; NaN where it was not recorded."""
        if not self.result.has("hall", "temperature_cold", "temperature_hot"):
            return np.full(len(self.aisles), np.nan)
        units = self.result.units("hall")
        cold, hot = (
            self.result.at("hall", f"temperature_{side}", t, self.member) for side in ("cold", "hot")
        )
        which = [units.index(name) if name in units else -1 for name in self.layout.halls]
        found = [
            (hot if a.hot else cold)[which[a.hall]] if which[a.hall] >= 0 else np.nan for a in self.aisles
        ]
        return np.array(found, dtype=np.float64)


def open_site(result: Result, member: int | None = None, hall: str | None = None) -> SceneSite:
    """Lay out a result for drawing.

    Parameters
    ----------
    result : an open result file.
    member : member of the ensemble; the first recorded one by default.
    hall : name of the one hall to show; all by default.

    Raises
    ------
    InputError
        When the result holds no rack series to show, or no such hall.
    """
    if not has_racks(result):
        raise InputError(f"{result.path}: holds no rack series to show; give record.racks in the scenario")
    halls = sorted(set(plan.parents_of(result, result.units("rack"))[0]))
    if hall is not None and hall not in halls:
        raise InputError(f"--hall: {result.path} has no hall {hall!r} with racks{suggest(hall, halls)}")
    layout, chosen = plan.lay_out(result, hall)
    return SceneSite(result, member, layout, chosen, bodies(result, layout, chosen))


def has_racks(result: Result) -> bool:
    """Tell whether a result holds what a picture of its racks needs."""
    return result.has("rack") and bool(scales(result)) and len(result.units("rack")) > 0


__all__ = ["SceneSite", "has_racks", "open_site", "scale_named"]
