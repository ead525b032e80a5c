"""Fields of liquid loops: pipes and pumps of a plant, control and coolant of a CDU, rear doors of racks."""

from __future__ import annotations

from twin.kernels.fields_cooling import CDU, HALL, PLANT
from twin.kernels.fields_rack import RACK
from twin.kernels.pipe import PIPE_CELLS

# ------------------------------------------------------------------------- plant: pipes, pumps of variable speed
PLANT_PIPE_SUPPLY = PLANT.param("pipe_supply", "J/K", "water of its supply pipes; 0: delivered without delay")
PLANT_PIPE_RETURN = PLANT.param("pipe_return", "J/K", "water of its return pipes; 0: back without delay")
PLANT_PIPE_LOSS_SUPPLY = PLANT.param("pipe_loss_supply", "W/K", "supply pipes to their ambient")
PLANT_PIPE_LOSS_RETURN = PLANT.param("pipe_loss_return", "W/K", "return pipes to their ambient")
PLANT_PIPE_AMBIENT = PLANT.param("pipe_ambient", "degC", "air around its pipes")
PLANT_PUMP_VARIABLE = PLANT.param(
    "pump_variable", "W", "part of pump_power that follows the flow; 0: fixed speed"
)
PLANT_PUMP_MIN = PLANT.param("pump_flow_min", "1", "least flow of variable pumps, through a by-pass")
PLANT_PUMP_HEAD = PLANT.param("pump_head_share", "1", "share of the design head that is held at any flow")
PLANT_T_OUT = PLANT.state(
    "temperature_delivered", "degC", "water at coils and CDUs, mean of the thermal step"
)
PLANT_Q_PIPES = PLANT.state("heat_pipes", "W", "heat that its pipes lose to their ambient")
PLANT_PUMP_SHARE = PLANT.state("pump_flow", "1", "flow of its variable pumps over full flow")
PIPE_SUPPLY_0 = PLANT.state("pipe_supply_0", "degC", "water in cell 0 of its supply pipes")
for _k in range(1, PIPE_CELLS):
    PLANT.state(f"pipe_supply_{_k}", "degC", "its next cell")
PIPE_SUPPLY_HEAD = PLANT.state("pipe_supply_newest", "1", "cell that is being filled")
PIPE_SUPPLY_FILL = PLANT.state("pipe_supply_fill", "1", "share of that cell that is filled")
PIPE_RETURN_0 = PLANT.state("pipe_return_0", "degC", "water in cell 0 of its return pipes")
for _k in range(1, PIPE_CELLS):
    PLANT.state(f"pipe_return_{_k}", "degC", "its next cell")
PIPE_RETURN_HEAD = PLANT.state("pipe_return_newest", "1", "cell that is being filled")
PIPE_RETURN_FILL = PLANT.state("pipe_return_fill", "1", "share of that cell that is filled")

# -------------------------------------------------------------- CDU: coolant, pump speed, primary valve, leaks
CDU_CP = CDU.param("coolant_cp", "J/(kg K)", "heat capacity of its coolant")
CDU_RISE = CDU.param("coolant_rise", "K", "rise that pumps of variable speed aim at; 0: fixed speed")
CDU_FLOW_MIN = CDU.param("flow_min", "1", "least flow of variable pumps, share of full")
CDU_FLOW_PLATES = CDU.param(
    "flow_plates", "1", "flow from which the plates of its racks have their full conductance; 0: full flow"
)
CDU_VALVE_GAIN = CDU.param("valve_gain", "1/K", "opening of the primary valve per kelvin; 0: an ideal valve")
CDU_VALVE_TIME = CDU.param("valve_integral_time", "s", "integral time of the valve's controller")
CDU_VALVE_RATE = CDU.param("valve_rate", "1/s", "fastest movement of the valve")
CDU_INVENTORY = CDU.param("inventory", "kg", "coolant of its loop when full; 0: leaks are not modelled")
CDU_LEAK_FLOW = CDU.param("leak_flow", "kg/s", "coolant lost while it leaks")
CDU_LEVEL_MIN = CDU.param("level_min", "1", "level at which its pumps trip, share of full")
CDU_VALVE = CDU.state("valve", "1", "opening of its primary valve")
CDU_VALVE_I = CDU.state("valve_integral", "1", "integral part of that opening")
CDU_LEAKS = CDU.state("leaks", "1", "1 while it leaks")
CDU_MISSING = CDU.state("coolant_missing", "kg", "coolant it lacks")
CDU_SPILT = CDU.state("coolant_lost", "kg", "coolant lost so far")
CDU_DRY = CDU.state("dry", "1", "1 while its pumps are tripped by a low level")

# ------------------------------------------------------------------------------------ rear doors of racks, by hall
RACK_DOOR_UA = RACK.param("door_conductance", "W/K", "coil of its rear door at full flows; 0: no door")
RACK_DOOR_WATER = RACK.param("door_water_flow", "kg/s", "plant water through its door with the valve open")
RACK_DOOR_T = RACK.param("door_temperature", "degC", "lowest air temperature its door's valve allows")
RACK_DOOR_0 = RACK.state("door_0", "W", "heat to the door at an inlet of 0 degC, this thermal step")
RACK_DOOR_1 = RACK.state("door_1", "W/K", "change of that heat with inlet temperature")
RACK_Q_DOOR = RACK.state("heat_door", "W", "heat taken by its rear door in the last thermal step")
RACK_T_DOOR = RACK.state("temperature_door", "degC", "air leaving its rear door")
HALL_DOOR_WATER = HALL.param("door_water_flow", "kg/s", "plant water through all rear doors with valves open")
HALL_Q_DOOR = HALL.state("heat_doors", "W", "heat taken by the rear doors of its racks")
