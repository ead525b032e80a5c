"""What the machines of a plant take in the next step, and the power they ask for."""

from __future__ import annotations

from twin.kernels.fields import (
    FREE_SERIES,
    PLANT_FREE_MODE,
    PLANT_P_CHILLER,
    PLANT_P_HP,
    PLANT_P_ICE,
    PLANT_P_PUMP,
    PLANT_P_REJECT,
    PLANT_POWER,
    PLANT_PUMP_UPS,
    PLANT_T,
)
from twin.kernels.plant_chillers import (
    plant_chiller_power,
)
from twin.kernels.plant_economiser import (
    economiser_alone,
    economiser_exchanger,
)
from twin.kernels.plant_ice import ice_charged, ice_power
from twin.kernels.plant_pumps import plant_pump_power
from twin.kernels.plant_rejection import (
    rejection_free_speed,
    rejection_power,
)
from twin.kernels.plant_staging import (
    chillers_next,
    chillers_standing_by,
)
from twin.kernels.scalar import Array, scalar


@scalar
def plant_demand(
    p_plant: Array,
    s_plant: Array,
    k: int,
    heat: float,
    available: float,
    count: float,
    condenser: float,
    speed: float,
) -> None:
    """Write the power plant `k` asks for in the next step; that of heat pump and ice making is written already.

    Parameters
    ----------
    p_plant, s_plant : ndarray, shape (field, plant)
        Parameters and states of plants, the loop at its new temperature.
    k : int
        Plant.
    heat : float
        Heat its chillers are to take [W].
    available, count : float
        What one chiller can take [W], and how many share the heat.
    condenser : float
        Entering condenser water [degC].
    speed : float
        Fan speed of the heat rejection [1].
    """
    chillers = plant_chiller_power(p_plant, k, heat, available, count, s_plant[PLANT_T, k], condenser)
    chillers += s_plant[PLANT_P_ICE, k]
    fans = rejection_power(p_plant, s_plant, k, speed)
    pumps = plant_pump_power(p_plant, s_plant, k)
    s_plant[PLANT_P_CHILLER, k] = chillers
    s_plant[PLANT_P_REJECT, k] = fans
    s_plant[PLANT_P_PUMP, k] = pumps
    on_bus = pumps if p_plant[PLANT_PUMP_UPS, k] < 0.0 else 0.0
    s_plant[PLANT_POWER, k] = chillers + fans + s_plant[PLANT_P_HP, k] + on_bus


@scalar
def plant_next(
    p_plant: Array,
    s_plant: Array,
    k: int,
    want: float,
    free_able: float,
    coming: float,
    free: float,
    ice: float,
    each: float,
    ready: float,
    condenser: float,
    fan: float,
    back: float,
    t_dry: float,
    t_wet: float,
    dt: float,
) -> None:
    """Share what plant `k` wants taken in the next step among its machines, and write the power they ask for.

    Parameters
    ----------
    p_plant, s_plant : ndarray, shape (field, plant)
        Parameters and states of plants, the loop at its new temperature.
    k : int
        Plant.
    want : float
        Heat to take out of the loop, that for reuse taken off [W].
    free_able, free : float
        Heat its economiser can take, and what it took in this step [W].
    coming : float
        Heat that came for economiser and chillers in this step [W].
    ice : float
        Heat to take out of ice [W].
    each : float
        What one chiller can take [W].
    ready : float
        Time since power returned, after the step [s].
    condenser, fan : float
        Entering condenser water [degC], and the fan speed that gives it.
    back : float
        Water coming back [degC].
    t_dry, t_wet : float
        Outdoor dry and wet bulb [degC].
    dt : float
        Thermal step [s].
    """
    free_next = min(want, free_able)
    alone = economiser_alone(p_plant, s_plant, k)
    rest_next = 0.0 if alone else want - free_next
    staged = 0.0 if alone else max(0.0, coming - free)
    count = chillers_next(p_plant, s_plant, k, rest_next, staged + ice, each, ready, dt)
    chilled_next = min(rest_next, count * each)
    standing_by = chillers_standing_by(p_plant, s_plant, k, count, ready)
    iced_next = ice_charged(p_plant, k, ice, chilled_next, each, standing_by)
    s_plant[PLANT_P_ICE, k] = ice_power(p_plant, k, iced_next, condenser)
    speed = fan if chilled_next + iced_next > 0.0 else 0.0
    exchanger = economiser_exchanger(p_plant, s_plant, k)
    warm = back if p_plant[PLANT_FREE_MODE, k] == FREE_SERIES else s_plant[PLANT_T, k]
    speed = max(speed, rejection_free_speed(p_plant, s_plant, k, free_next, exchanger, warm, t_dry, t_wet))
    plant_demand(p_plant, s_plant, k, chilled_next, each, count, condenser, speed)
