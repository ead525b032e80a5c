"""Fields of UPS systems."""

from __future__ import annotations

from twin.kernels.registry import Block

# ------------------------------------------------------------------------------------------------ UPS system
UPS = Block("ups")
UPS_BUS = UPS.param("bus", "1", "index of its bus")
UPS_RATED = UPS.param("power_rated", "W", "rated output of the modules in service")
UPS_LOSS_0 = UPS.param("loss_0", "1", "loss / rated = loss_0 + loss_1 x + loss_2 x^2")
UPS_LOSS_1 = UPS.param("loss_1", "1", "linear term of the loss")
UPS_LOSS_2 = UPS.param("loss_2", "1", "square term of the loss")
UPS_V_MIN = UPS.param("voltage_min", "1", "lowest input voltage for normal mode")
UPS_V_MAX = UPS.param("voltage_max", "1", "highest input voltage for normal mode")
UPS_F_MIN = UPS.param("frequency_min", "Hz", "lowest input frequency for normal mode")
UPS_F_MAX = UPS.param("frequency_max", "Hz", "highest input frequency for normal mode")
UPS_WALK_IN = UPS.param("walk_in", "s", "ramp of the rectifier from zero to full")
UPS_RETURN = UPS.param("retransfer_delay", "s", "input must be good this long before the rectifier returns")
UPS_OVERLOAD = UPS.param("overload", "1", "output above this fraction of rated trips the system")
UPS_RECTIFIER = UPS.param("rectifier_margin", "1", "largest input as a fraction of rated output")
UPS_CHARGE = UPS.param("charge_power", "W", "largest battery recharge power")
UPS_DIRECT = UPS.param("direct", "1", "1 for a plain connection to the bus: no converter, no battery")
UPS_SOC_RESERVE = UPS.param("soc_reserve", "1", "grid services never take the battery below this")
UPS_DC_FLOAT = UPS.param("dc_float", "1", "output voltage of a DC system on its rectifiers; 0 for AC output")
UPS_DC_BATTERY = UPS.param("dc_battery", "V", "open-circuit voltage of its full battery")
UPS_MODE = UPS.state("mode", "1", "0 off, 1 normal, 2 on battery")
UPS_CHANGED = UPS.state("changed_at", "s", "run time at which the mode last changed")
UPS_TIMER = UPS.state("timer", "s", "time the input has been good")
UPS_WALK = UPS.state("walk", "1", "rectifier walk-in, 0 to 1")
UPS_VOLTAGE = UPS.state("voltage", "1", "output voltage, per unit")
UPS_LATCHED = UPS.state(
    "latched", "1", "1 once its disturbance counter has latched it off the mains, until reset"
)
UPS_MODULES_OUT = UPS.state("modules_out", "1", "modules that are out of service")
UPS_SHED = UPS.state("shed", "1", "shedding order of its bus, handed to the rows it feeds")
UPS_DEMAND = UPS.state("demand", "W", "output power its children will ask for in this step")
UPS_MECH_DEMAND = UPS.state("mechanical_demand", "W", "fans and pumps fed from this UPS")
UPS_MECH_SERVED = UPS.state("mechanical_served", "s", "time they were served since the last thermal step")
UPS_LIMIT = UPS.state("input_limit", "W", "input power its bus can give it in this step")
UPS_INPUT_WANT = UPS.state("input_want", "W", "input power it would draw without that limit; held while off")
UPS_RESPONSE = UPS.state("response_power", "W", "committed frequency response at full activation")
UPS_POWER_OUT = UPS.state("power_out", "W", "output power")
UPS_POWER_IN = UPS.state("power_in", "W", "input power from the bus")
UPS_LOSS = UPS.state("loss", "W", "conversion loss")
UPS_TRANSFERS = UPS.state("transfers", "1", "transfers to battery so far")
UPS_E_IN = UPS.state("e_in", "J", "energy from the bus and out of the battery")
UPS_E_OUT = UPS.state("e_out", "J", "energy to the load and into the battery")
UPS_E_LOSS = UPS.state("e_loss", "J", "conversion heat")
UPS_E_BUS = UPS.state("e_bus", "J", "energy from the bus, less energy returned to it")
UPS_SPARE = UPS.state(
    "input_spare", "W", "input power left for charging in this step, after mechanical loads"
)

UPS_OFF = 0
UPS_NORMAL = 1
UPS_ON_BATTERY = 2
