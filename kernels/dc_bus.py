"""DC bus of a rectifier system, its battery floating on it: 240, 336, 380 or 800 V."""

from __future__ import annotations

from twin.kernels.fields import (
    BAT_VOLTAGE,
    UPS_DC_BATTERY,
    UPS_DC_FLOAT,
    UPS_MODE,
    UPS_NORMAL,
    UPS_VOLTAGE,
)
from twin.kernels.scalar import Array, scalar


@scalar
def dc_bus_step(p: Array, s: Array, i: int, s_bat: Array) -> None:
    """Output voltage of DC system `i` for its mode: float voltage on its rectifiers, else its battery's.

    v = v_float V_battery / V_full: nothing is between battery and bus, so the bus follows the battery down, by its
    terminal voltage of the last step. The supplies' window says how far they follow (YD/T 2378, ETSI EN 300 132-3-1;
    M). An AC system (`dc_float` 0) and a dead output are left as they are.

    Parameters
    ----------
    p, s : (field, ups) arrays
        Parameters and this member's state.
    i : int
        UPS or DC system; its battery has the same index.
    s_bat : (field, battery) array
        State of the member's batteries.
    """
    v_float = p[UPS_DC_FLOAT, i]
    if v_float <= 0.0 or s[UPS_VOLTAGE, i] <= 0.0:
        return
    s[UPS_VOLTAGE, i] = v_float
    # A battery that has not been stepped yet has no terminal voltage: it was on float until now.
    if s[UPS_MODE, i] != UPS_NORMAL and s_bat[BAT_VOLTAGE, i] > 0.0:
        s[UPS_VOLTAGE, i] = v_float * s_bat[BAT_VOLTAGE, i] / p[UPS_DC_BATTERY, i]
