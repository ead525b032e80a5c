"""The phases of a thermal step: who had its power, what fans, pumps and plants ask for next, and on what they hang.

Fans, pumps and plants may hang on two sources, the two systems of a 2N UPS or two buses. They hang on the first while
it is alive, and change over to the second where that one is: the choice is made at the end of a thermal step and holds
for the next, so a change-over costs them at most one thermal step. A plant's chillers restart after it.
"""

from __future__ import annotations

from twin.kernels.fields import (
    BUS_CAPABILITY,
    BUS_LIVE,
    BUS_MECH_DEMAND,
    BUS_MECH_SERVED,
    CDU_BUS,
    CDU_BUS_2,
    CDU_HOST,
    CDU_POWER,
    CDU_UPS,
    CDU_UPS_2,
    HALL_BUS,
    HALL_BUS_2,
    HALL_HOST,
    HALL_POWER,
    HALL_UPS,
    HALL_UPS_2,
    PLANT_BUS,
    PLANT_BUS_2,
    PLANT_HOST,
    PLANT_P_PUMP,
    PLANT_POWER,
    PLANT_PUMP_HOST,
    PLANT_PUMP_UPS,
    PLANT_PUMP_UPS_2,
    PLANT_READY,
    UPS_DEMAND,
    UPS_MECH_DEMAND,
    UPS_MECH_SERVED,
    UPS_MODE,
    UPS_OFF,
    UPS_VOLTAGE,
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
def alive(host_bus: float, host_ups: float, s_bus: Array, s_ups: Array) -> bool:
    """Whether a UPS, or a bus where there is no UPS, has a voltage to offer."""
    u = int(host_ups)
    return s_ups[UPS_VOLTAGE, u] > 0.0 if u >= 0 else s_bus[BUS_CAPABILITY, int(host_bus)] > 0.0


@scalar
def chosen_host(bus: float, ups: float, bus_2: float, ups_2: float, s_bus: Array, s_ups: Array) -> float:
    """0 to hang on the first source, 1 on the second: where the first is dead, the second is there and alive."""
    if bus_2 < 0.0 or alive(bus, ups, s_bus, s_ups):
        return 0.0
    return 1.0 if alive(bus_2, ups_2, s_bus, s_ups) else 0.0


@scalar
def either(first: float, second: float, host: float) -> float:
    """Index of the source that a fan, pump or plant hangs on."""
    return second if host > 0.0 else first


@scalar
def hall_bus(p: Array, s: Array, h: int) -> float:
    """Bus that the fans of hall `h` hang on."""
    return either(p[HALL_BUS, h], p[HALL_BUS_2, h], s[HALL_HOST, h])


@scalar
def hall_ups(p: Array, s: Array, h: int) -> float:
    """UPS that the fans of hall `h` hang on; negative for none."""
    return either(p[HALL_UPS, h], p[HALL_UPS_2, h], s[HALL_HOST, h])


@scalar
def hall_served(p: Array, s: Array, h: int, s_bus: Array, s_ups: Array, period: float) -> float:
    """Share of the thermal period in which the fans of hall `h` had their power; they then choose their source."""
    served = served_share(hall_bus(p, s, h), hall_ups(p, s, h), s_bus, s_ups, period)
    s[HALL_HOST, h] = chosen_host(
        p[HALL_BUS, h], p[HALL_UPS, h], p[HALL_BUS_2, h], p[HALL_UPS_2, h], s_bus, s_ups
    )
    return served


@scalar
def cdu_bus(p: Array, s: Array, c: int) -> float:
    """Bus that the pumps of CDU `c` hang on."""
    return either(p[CDU_BUS, c], p[CDU_BUS_2, c], s[CDU_HOST, c])


@scalar
def cdu_ups(p: Array, s: Array, c: int) -> float:
    """UPS that the pumps of CDU `c` hang on; negative for none."""
    return either(p[CDU_UPS, c], p[CDU_UPS_2, c], s[CDU_HOST, c])


@scalar
def cdu_served(p: Array, s: Array, c: int, s_bus: Array, s_ups: Array, period: float) -> float:
    """Share of the thermal period in which the pumps of CDU `c` had their power; they then choose their source."""
    served = served_share(cdu_bus(p, s, c), cdu_ups(p, s, c), s_bus, s_ups, period)
    s[CDU_HOST, c] = chosen_host(p[CDU_BUS, c], p[CDU_UPS, c], p[CDU_BUS_2, c], p[CDU_UPS_2, c], s_bus, s_ups)
    return served


@scalar
def plant_bus(p: Array, s: Array, k: int) -> float:
    """Bus that plant `k` hangs on."""
    return either(p[PLANT_BUS, k], p[PLANT_BUS_2, k], s[PLANT_HOST, k])


@scalar
def plant_pump_ups(p: Array, s: Array, k: int) -> float:
    """UPS that the pumps of plant `k` hang on; negative where they hang on its bus."""
    return either(p[PLANT_PUMP_UPS, k], p[PLANT_PUMP_UPS_2, k], s[PLANT_PUMP_HOST, k])


@scalar
def plant_change_over(p: Array, s: Array, k: int, s_bus: Array, s_ups: Array) -> None:
    """Plant `k` and its pumps choose their sources for the next thermal step; chillers restart on another bus."""
    host = chosen_host(p[PLANT_BUS, k], -1.0, p[PLANT_BUS_2, k], -1.0, s_bus, s_ups)
    if host != s[PLANT_HOST, k]:
        s[PLANT_READY, k] = 0.0
    s[PLANT_HOST, k] = host
    # Pumps without a UPS go with the plant.
    second = p[PLANT_PUMP_UPS_2, k]
    s[PLANT_PUMP_HOST, k] = chosen_host(0.0, p[PLANT_PUMP_UPS, k], second, second, s_bus, s_ups)


@scalar
def ups_mech_demand(
    s: Array, u: int, p_hall: Array, s_hall: Array, p_cdu: Array, s_cdu: Array, p_plant: Array, s_plant: Array
) -> None:
    """Sum the fans and pumps that hang on UPS `u`, and start a new thermal period."""
    total = 0.0
    for h in range(p_hall.shape[1]):
        if int(hall_ups(p_hall, s_hall, h)) == u:
            total += s_hall[HALL_POWER, h]
    for c in range(p_cdu.shape[1]):
        if int(cdu_ups(p_cdu, s_cdu, c)) == u:
            total += s_cdu[CDU_POWER, c]
    for k in range(p_plant.shape[1]):
        if int(plant_pump_ups(p_plant, s_plant, k)) == u:
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
        if int(hall_ups(p_hall, s_hall, h)) < 0 and int(hall_bus(p_hall, s_hall, h)) == b:
            total += s_hall[HALL_POWER, h]
    for c in range(p_cdu.shape[1]):
        if int(cdu_ups(p_cdu, s_cdu, c)) < 0 and int(cdu_bus(p_cdu, s_cdu, c)) == b:
            total += s_cdu[CDU_POWER, c]
    for k in range(p_plant.shape[1]):
        if int(plant_bus(p_plant, s_plant, k)) == b:
            total += s_plant[PLANT_POWER, k]
    s[BUS_MECH_DEMAND, b] = total
    s[BUS_MECH_SERVED, b] = 0.0
    s[BUS_LIVE, b] = 0.0
