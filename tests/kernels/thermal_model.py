"""A small hall, CDU and plant for the tests, stepped in the order of the thermal step.

Values are those of a 400 kW room; where they are not published they are only meant to be plausible. Servers
are 40 kW of 2U machines a rack at 11.1 kJ/K per 500 W, chiller curves are those of a machine in the public
set.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from twin.kernels import fields as f
from twin.kernels.cdu import cdu_step
from twin.kernels.hall import hall_step
from twin.kernels.pipe import pipe_heat
from twin.kernels.plant import plant_flow_step, plant_step
from twin.kernels.rack_thermal import rack_thermal_finish, rack_thermal_prepare

Array = NDArray[np.float64]

# McQuay WSC 471 kW, COP 5.89: Modelica Buildings library, Chillers/Data/ElectricEIR.mo, from EnergyPlus data.
CAPACITY_CURVE = (0.252113, 0.01324053, -0.008637329, 0.08581056, -0.004261176, 0.008661899)
EIR_CURVE = (0.4475238, -0.0258821, -0.001459053, 0.04342595, -0.001000651, 0.001920106)
PART_LOAD = (0.2778889, 0.2338363, 0.4883748)


def block(
    kind: f.Block, units: int, params: dict[str, float], states: dict[str, float]
) -> tuple[Array, Array]:
    """Return parameter and state blocks with the same values in every unit."""
    p = np.zeros((len(kind.params), units))
    s = np.zeros((len(kind.states), units))
    for name, value in params.items():
        p[kind.param_index(name)] = value
    for name, value in states.items():
        s[kind.state_index(name)] = value
    return p, s


def rack_block(units: int, power: float, liquid: float, **changes: float) -> tuple[Array, Array]:
    """Return racks of `power` W each, a share `liquid` of it to cold plates of CDU 0."""
    air = (1.0 - liquid) * power
    params = {
        "hall": 0,
        "cdu": 0 if liquid > 0.0 else -1,
        "count": 1,
        "fan_power_rated": 0.06 * air,
        "air_flow_max": 1.25 * air / (1006.0 * 12.0),
        "air_flow_min": 0.2,
        "air_delta_t": 12.0,
        "heat_capacity": 11.1e3 * power / 500.0,
        "conductance": max(power, 1.0) / 8.0,
        "recirculation": 0.03,
        "liquid_fraction": liquid,
        "plate_heat_capacity": 1.2 * power * liquid,
        "plate_conductance": power * liquid / 15.0,
        "inlet_limit": 32.0,
        "inlet_shutdown": 45.0,
        "plate_shutdown": 75.0,
        "chip_shutdown": 1e30,
        "throttle_least": 1.0,
    }
    states = {
        "mode": f.RACK_ON,
        "temperature_inlet": 24.0,
        "temperature_inlet_max": 24.0,
        "temperature_mass": 34.0,
        "temperature_plate": 45.0,
        "temperature_outlet": 36.0,
        "air_flow": air / (1006.0 * 12.0),
        "lost_at": -1.0,
    }
    return block(f.RACK, units, params | changes, states)


def hall_block(air_heat: float, **changes: float) -> tuple[Array, Array]:
    """Return one hall whose handlers are sized for a rack heat of `air_heat` W."""
    flow = 1.3 * air_heat / (1006.0 * 12.0)
    params = {
        "plant": 0,
        "ups": -1,
        "air_flow_max": flow,
        "air_flow_min": 0.3,
        "fan_power_rated": 0.04 * air_heat,
        "coil_ua": air_heat / 4.0,
        "coil_water_flow": 1.2 * air_heat / (4182.0 * 6.0),
        "temperature_supply": 24.0,
        "fan_lag": 15.0,
        "heat_capacity_cold": air_heat * 1.0,
        "heat_capacity_hot": air_heat * 1.0,
    }
    states = {
        "temperature_cold": 24.0,
        "temperature_hot": 36.0,
        "temperature_coil_out": 24.0,
        "fan_speed": 0.75,
    }
    return block(f.HALL, 1, params | changes, states)


def cdu_block(liquid_heat: float, **changes: float) -> tuple[Array, Array]:
    """Return one CDU of 1.5 L/min per kW for `liquid_heat` W, with an approach of about 4 K."""
    flow = 1.5 / 60.0 * liquid_heat / 1000.0
    params = {
        "plant": 0,
        "ups": -1,
        "flow_secondary": flow,
        "flow_primary": flow,
        "coolant_cp": 4182.0,
        "ua": liquid_heat / 4.0,
        "pump_power": 0.01 * liquid_heat,
        "temperature_supply": 32.0,
        "heat_capacity": flow * 30.0 * 4182.0,
        "pump_lag": 3.0,
        "pumps": 2.0,
        "pump_capacity": 1.0,
        "pump_delay": 0.0,
    }
    states = {"temperature_supply": 32.0, "temperature_return": 42.0, "speed": 1.0, "pumps_running": 1.0}
    return block(f.CDU, 1, params | changes, states)


def plant_block(heat: float, **changes: float) -> tuple[Array, Array]:
    """Return one plant of three chillers that carry 1.5 times `heat` W, with a tower."""
    params = {
        "pump_ups": -1,
        "heat_capacity": heat * 60.0,
        "temperature_set": 12.0,
        "chillers": 3,
        "chiller_capacity": heat / 2.0,
        "chiller_cop": 5.89,
        "part_load_0": PART_LOAD[0],
        "part_load_1": PART_LOAD[1],
        "part_load_2": PART_LOAD[2],
        "part_load_min": 0.1,
        "part_load_unload": 0.1,
        "condenser_set": 1e30,
        "condenser_relief": changes.get("approach", 4.0),
        "condenser_min": 12.78,
        "condenser_max": 26.67,
        "evaporator_min": 7.22,
        "evaporator_max": 12.78,
        "restart_delay": 240.0,
        "pump_power": 0.02 * heat,
        "rejection_wet": 1,
        "approach": 4.0,
        "rejection_rated": 1.4 * heat,
        "rejection_fan_power": 0.01 * heat,
        "free_cooling": 0,
        "free_approach": 2.0,
        "water_per_heat": 0.6e-6,
        "heat_pump_heat": 0.0,
        "heat_pump_lorenz": 0.5,
        "heat_supply": 70.0,
        "heat_supply_max": 100.0,
        "heat_source_min": -50.0,
        "heat_return": 40.0,
        "pumps": 2.0,
        "pump_capacity": 1.0,
        "pump_delay": 0.0,
    }
    for k in range(6):
        params[f"capacity_curve_{k}"] = CAPACITY_CURVE[k]
        params[f"eir_curve_{k}"] = EIR_CURVE[k]
    return block(
        f.PLANT,
        1,
        params | changes,
        {"temperature": 12.0, "ready": params["restart_delay"], "pumps_running": 1.0},
    )


@dataclass
class Chain:
    """Racks, one hall, one CDU and one plant, with the served shares of one step as arguments."""

    rack: tuple[Array, Array]
    hall: tuple[Array, Array]
    cdu: tuple[Array, Array]
    plant: tuple[Array, Array]
    heat: float = 0.0
    time: float = 0.0
    start: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.start = self.stored()

    def step(
        self,
        power: Array | float,
        dt: float,
        *,
        fans: float = 1.0,
        pumps: float = 1.0,
        chillers: float = 1.0,
        water_pumps: float | None = None,
        t_wet: float = 15.0,
        t_dry: float = 20.0,
    ) -> None:
        """Release `power` W in each rack for `dt` s and take the thermal step."""
        (p_rack, s_rack), (p_hall, s_hall) = self.rack, self.hall
        (p_cdu, s_cdu), (p_plant, s_plant) = self.cdu, self.plant
        racks = s_rack.shape[1]
        s_rack[f.RACK_HEAT] += np.broadcast_to(power, racks) * dt
        self.heat += float(s_rack[f.RACK_HEAT].sum())
        flow = chillers if water_pumps is None else water_pumps
        plant_flow_step(p_plant, s_plant, 0, p_hall, s_hall, p_cdu, s_cdu, flow, dt)
        water = float(s_plant[f.PLANT_T_OUT, 0])
        for i in range(racks):
            rack_thermal_prepare(p_rack, s_rack, i, dt)
        hall_step(p_hall, s_hall, 0, p_rack, s_rack, 0, racks, water, fans, dt)
        for c in range(s_cdu.shape[1]):
            cdu_step(p_cdu, s_cdu, c, p_rack, s_rack, 0, racks, water, pumps, dt)
        for i in range(racks):
            rack_thermal_finish(p_rack, s_rack, i, s_hall, s_cdu, self.time, dt)
        plant_step(p_plant, s_plant, 0, p_hall, s_hall, p_cdu, s_cdu, t_dry, t_wet, chillers, chillers, dt)
        self.time += dt

    def stored(self) -> dict[str, float]:
        """Return the heat each class holds above 0 degC, J."""
        (p_rack, s_rack), (p_hall, s_hall) = self.rack, self.hall
        (p_cdu, s_cdu), (p_plant, s_plant) = self.cdu, self.plant
        return {
            "rack": float(
                (
                    p_rack[f.RACK_C_MASS] * s_rack[f.RACK_T_MASS]
                    + p_rack[f.RACK_C_PLATE] * s_rack[f.RACK_T_PLATE]
                ).sum()
            ),
            "hall": float(
                (
                    p_hall[f.HALL_C_COLD] * s_hall[f.HALL_T_COLD]
                    + p_hall[f.HALL_C_HOT] * s_hall[f.HALL_T_HOT]
                ).sum()
            ),
            "cdu": float((p_cdu[f.CDU_C] * 0.5 * (s_cdu[f.CDU_T_SUPPLY_NOW] + s_cdu[f.CDU_T_RETURN])).sum()),
            "plant": float((p_plant[f.PLANT_C] * s_plant[f.PLANT_T]).sum()) + self.pipes(),
        }

    def pipes(self) -> float:
        """Return the heat in the pipes of the plant, J."""
        p, s = self.plant
        supply = pipe_heat(s, f.PIPE_SUPPLY_0, 0, p[f.PLANT_PIPE_SUPPLY, 0])
        return float(supply + pipe_heat(s, f.PIPE_RETURN_0, 0, p[f.PLANT_PIPE_RETURN, 0]))

    def residuals(self) -> dict[str, float]:
        """Return what each class's account, and that of the whole chain, fails to explain, J."""
        s_rack, s_hall, s_cdu, s_plant = self.rack[1], self.hall[1], self.cdu[1], self.plant[1]
        gained = {name: value - self.start[name] for name, value in self.stored().items()}
        electric = s_hall[f.HALL_E_ELEC].sum() + s_cdu[f.CDU_E_ELEC].sum() + s_plant[f.PLANT_E_ELEC].sum()
        shed = s_plant[f.PLANT_E_OUT].sum() + s_plant[f.PLANT_E_LOSS].sum()
        return {
            "rack": self.heat - s_rack[f.RACK_E_HEAT].sum() - gained["rack"],
            "hall": float((s_hall[f.HALL_E_IN] - s_hall[f.HALL_E_OUT]).sum()) - gained["hall"],
            "cdu": float((s_cdu[f.CDU_E_IN] - s_cdu[f.CDU_E_OUT]).sum()) - gained["cdu"],
            "plant": float(s_plant[f.PLANT_E_IN].sum() - shed) - gained["plant"],
            "chain": self.heat + float(electric - shed) - sum(gained.values()),
        }

    def throughput(self) -> float:
        """Return the energy that entered or is held, J: what a residual is compared with."""
        entered = self.heat + float(self.plant[1][f.PLANT_E_IN].sum())
        return entered + sum(abs(v) for v in self.start.values()) + 1.0


def make_chain(racks: int = 10, power: float = 40e3, liquid: float = 0.6, **plant: float) -> Chain:
    """Return a chain sized for `racks` racks of `power` W."""
    air = racks * power * (1.0 - liquid)
    wet = racks * power * liquid
    cdu = cdu_block(wet) if liquid > 0.0 else block(f.CDU, 0, {}, {})
    return Chain(rack_block(racks, power, liquid), hall_block(air), cdu, plant_block(racks * power, **plant))
