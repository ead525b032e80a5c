"""Fields of a rack: its chips above their heat sinks, leakage, throttling, and how its fans are driven."""

from __future__ import annotations

from twin.kernels.fields_rack import RACK

RACK_CHIP_R = RACK.param(
    "chip_resistance",
    "K/W",
    "chip above its node per heat the rack gives that node: cold plates, else chassis",
)
RACK_CHIP_LAG = RACK.param("chip_lag", "s", "time constant of the chip above its heat sink or cold plate")
RACK_LEAKAGE = RACK.param("leakage", "1/K", "rise of server power per kelvin of chip temperature")
RACK_LEAKAGE_REF = RACK.param(
    "leakage_reference", "degC", "air, or coolant of cold plates, on which power_idle and power_peak hold"
)
RACK_CHIP_THROTTLE = RACK.param(
    "chip_throttle", "degC", "chip temperature above which power is capped; 1e30: never"
)
RACK_CHIP_THROTTLE_FULL = RACK.param("chip_throttle_full", "degC", "chip temperature of the lowest cap")
RACK_INLET_THROTTLE = RACK.param(
    "inlet_throttle", "degC", "inlet temperature above which power is capped; 1e30: never"
)
RACK_INLET_THROTTLE_FULL = RACK.param("inlet_throttle_full", "degC", "inlet temperature of the lowest cap")
RACK_THROTTLE_LEAST = RACK.param(
    "throttle_least", "1", "lowest cap, as a share of the way from idle to peak power"
)
RACK_CHIP_SHUTDOWN = RACK.param("chip_shutdown", "degC", "chip temperature at which servers shut down")
RACK_FAN_INLET = RACK.param(
    "fan_inlet", "degC", "inlet temperature from which fans speed up beyond what heat asks"
)
RACK_FAN_INLET_FULL = RACK.param(
    "fan_inlet_full", "degC", "inlet temperature of full speed; not above the former: never"
)
RACK_FAN_LAG = RACK.param("fan_lag", "s", "time constant of its fans; 0: at once")

RACK_SPEED = RACK.state("fan_speed", "1", "fan speed, fraction of full")
RACK_G_NOW = RACK.state("conductance_now", "W/K", "chassis to entering air in this thermal step")
RACK_CHIP_RISE = RACK.state(
    "chip_rise", "K", "chip above its cold plate, or above the chassis without plates"
)
RACK_T_CHIP = RACK.state("temperature_chip", "degC", "mean chip temperature")
RACK_T_CHIP_MAX = RACK.state("temperature_chip_max", "degC", "highest chip temperature so far")
RACK_NOMINAL_RISE = RACK.state(
    "nominal_rise", "K", "what its chips sit on, above air or coolant, were it cooled as for its ratings"
)
RACK_LEAK = RACK.state("leakage_share", "1", "server power above that of its ratings, by leakage")
RACK_THROTTLE = RACK.state("throttle", "1", "share of the way from peak to idle power that is capped")
RACK_CAPPED = RACK.state("capped", "1", "the same, in force in this interval")
RACK_HELD = RACK.state("power_held", "W", "power its servers would draw but for the cap, once per interval")
RACK_E_HELD = RACK.state("e_held", "J", "work energy that throttling kept from its servers")
RACK_HELD_TIME = RACK.state("throttle_time", "s", "time that throttling kept power from its servers")
