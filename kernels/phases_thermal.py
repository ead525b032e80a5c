"""The phases of a thermal step: who had its power, and what fans, pumps and plants ask for next."""

from __future__ import annotations

from twin.kernels.fields import (
    BUS_LIVE,
    BUS_MECH_DEMAND,
    BUS_MECH_SERVED,
    CDU_BUS,
    CDU_POWER,
    CDU_UPS,
    HALL_BUS,
    HALL_POWER,
    HALL_UPS,
    PLANT_BUS,
    PLANT_P_PUMP,
    PLANT_POWER,
    PLANT_PUMP_UPS,
    UPS_DEMAND,
    UPS_MECH_DEMAND,
    UPS_MECH_SERVED,
    UPS_MODE,
    UPS_OFF,
)
from twin.kernels.scalar import Array, scalar


@scalar
def served_share(host_bus: float, host_ups: float, s_bus: Array, s_ups: Array, period: float) -> float:
    """Share of the thermal period in which a fan, pump or plant had the power it asked for."""
    u = int(host_ups)
    served = s_ups[UPS_MECH_SERVED, u] if u >= 0 else s_bus[BUS_MECH_SERVED, int(host_bus)]
    return min(max(served / period, 0.0), 1.0)


@scalar
def live_share(host_bus: float, s_bus: Array, period: float) -> float:
    """Share of the thermal period in which the bus of a plant could serve anything at all."""
    return min(max(s_bus[BUS_LIVE, int(host_bus)] / period, 0.0), 1.0)


@scalar
def ups_mech_demand(
    s: Array, u: int, p_hall: Array, s_hall: Array, p_cdu: Array, s_cdu: Array, p_plant: Array, s_plant: Array
) -> None:
    """Sum the fans and pumps that hang on UPS `u`, and start a new thermal period."""
    total = 0.0
    for h in range(p_hall.shape[1]):
        if int(p_hall[HALL_UPS, h]) == u:
            total += s_hall[HALL_POWER, h]
    for c in range(p_cdu.shape[1]):
        if int(p_cdu[CDU_UPS, c]) == u:
            total += s_cdu[CDU_POWER, c]
    for k in range(p_plant.shape[1]):
        if int(p_plant[PLANT_PUMP_UPS, k]) == u:
            total += s_plant[PLANT_P_PUMP, k]
    if s[UPS_MODE, u] != UPS_OFF:
        s[UPS_DEMAND, u] += total - s[UPS_MECH_DEMAND, u]
    s[UPS_MECH_DEMAND, u] = total
    s[UPS_MECH_SERVED, u] = 0.0


@scalar
def bus_mech_demand(
    s: Array, b: int, p_hall: Array, s_hall: Array, p_cdu: Array, s_cdu: Array, p_plant: Array, s_plant: Array
) -> None:
    """Sum the fans, pumps and plants that hang on bus `b`, and start a new thermal period."""
    total = 0.0
    for h in range(p_hall.shape[1]):
        if int(p_hall[HALL_UPS, h]) < 0 and int(p_hall[HALL_BUS, h]) == b:
            total += s_hall[HALL_POWER, h]
    for c in range(p_cdu.shape[1]):
        if int(p_cdu[CDU_UPS, c]) < 0 and int(p_cdu[CDU_BUS, c]) == b:
            total += s_cdu[CDU_POWER, c]
    for k in range(p_plant.shape[1]):
        if int(p_plant[PLANT_BUS, k]) == b:
            total += s_plant[PLANT_POWER, k]
    s[BUS_MECH_DEMAND, b] = total
    s[BUS_MECH_SERVED, b] = 0.0
    s[BUS_LIVE, b] = 0.0
