"""Fields of the air in a hall: by-pass, leakage, fan and valve control, air-side economiser, recirculation."""

from __future__ import annotations

from twin.kernels.fields_cooling import HALL
from twin.kernels.fields_rack import RACK

# ------------------------------------------------------------------------------------------------- aisles
HALL_BYPASS = HALL.param("bypass", "1", "share of the supply air that goes back to the coils past the racks")
HALL_LEAKAGE = HALL.param("leakage", "1", "hot air leaking into the cold aisle, share of what the racks draw")

# ------------------------------------------------------------------------------- fans and units of air handlers
HALL_UNITS = HALL.param("units", "1", "air handlers installed, spares included")
HALL_FAN_CONTROL = HALL.param(
    "fan_control", "1", "0 fans follow the flow of the racks, 1 hold pressure, 2 run at fan_fixed"
)
HALL_FAN_MARGIN = HALL.param("fan_margin", "1", "flow above that of the racks, share of it")
HALL_FAN_FIXED = HALL.param("fan_fixed", "1", "fan speed where it is fixed, fraction of full")
HALL_UNITS_OUT = HALL.state("units_out", "1", "share of its air handlers that is out of service")
HALL_T_RETURN = HALL.state("temperature_return", "degC", "air entering the coils")

# ------------------------------------------------------------------------------------------------ coil valve
HALL_VALVE_GAIN = HALL.param(
    "valve_gain", "1/K", "opening per kelvin; 0: the valve holds its set point exactly"
)
HALL_VALVE_TIME = HALL.param("valve_integral_time", "s", "integral time of the valve's controller")
HALL_VALVE_RATE = HALL.param("valve_rate", "1/s", "fastest travel of the valve, whole strokes per second")
HALL_VALVE = HALL.state("valve", "1", "opening of the coil valve; 1 where it is ideal")
HALL_VALVE_INTEGRAL = HALL.state("valve_integral", "1", "integral part of its controller")

# ---------------------------------------------------------------------------------------- air-side economiser
HALL_ECO = HALL.param("economiser", "1", "effectiveness towards the outside air; 0: no economiser")
HALL_ECO_DRY_MAX = HALL.param("economiser_dry_max", "degC", "dry bulb above which it stays shut")
HALL_ECO_DEW_MIN = HALL.param("economiser_dew_min", "degC", "dew point below which it stays shut")
HALL_ECO_DEW_MAX = HALL.param("economiser_dew_max", "degC", "dew point above which it stays shut")
HALL_ECO_BAND = HALL.param("economiser_band", "K", "so far inside its limits it opens again")
HALL_ECO_POWER = HALL.param("economiser_power", "W", "its own fans at full air flow")
HALL_ECO_ON = HALL.state("economiser_on", "1", "1 while the weather lets it open")
HALL_T_OUTSIDE = HALL.state("temperature_outside", "degC", "outside air in this thermal step")
HALL_P_ECO = HALL.state("power_economiser", "W", "power of its fans, part of power")
HALL_Q_OUTSIDE = HALL.state("heat_outside", "W", "heat it takes to the outside")
HALL_ECO_TIME = HALL.state("economiser_time", "s", "time it took heat outside")
HALL_E_LOSS = HALL.state("e_loss", "J", "heat to the outside, with that of its fans")

# ---------------------------------------------------------------------------------------- how well air is led
HALL_SHI = HALL.state("supply_heat_index", "1", "share of the air's whole rise that it has before the racks")
HALL_RTI = HALL.state("return_index", "1", "air's rise through the handlers' circuit over that through racks")
HALL_E_INLET = HALL.state("e_inlet", "J", "heat of the air entering racks above the air leaving the coils")
HALL_AIR_RACKS = HALL.state("air_racks", "kg", "air through racks while the handlers blew")
HALL_AIR_HANDLERS = HALL.state("air_handlers", "kg", "air through handlers")
HALL_E_RACKS = HALL.state("e_racks", "J", "heat of the racks while the handlers blew")
HALL_E_HANDLERS = HALL.state(
    "e_handlers", "J", "heat taken from the air while the handlers blew, fans deducted"
)

RACK_T_EXCESS = RACK.state(
    "inlet_excess", "K", "inlet above the mixture of cold and hot aisle, for other racks' exhaust"
)

FANS_FOLLOW = 0
FANS_PRESSURE = 1
FANS_FIXED = 2
