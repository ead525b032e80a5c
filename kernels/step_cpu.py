"""The CPU loop: members in parallel, each through every step of one control interval.

Only indexing and calls. `step_cuda.py` is its twin; the order of phases is that of `phases.py`.
"""

from __future__ import annotations

from numba import njit, prange

from twin.kernels.ageing import battery_age_step
from twin.kernels.area import area_step
from twin.kernels.battery import battery_interval
from twin.kernels.cdu import cdu_step
from twin.kernels.dc_station import ring_power_step, ring_sense_step
from twin.kernels.economiser import economiser_step
from twin.kernels.feed import feed_account, feed_step
from twin.kernels.fields import (
    AREA_FREQUENCY,
    CDU_PLANT,
    HALL_PLANT,
    LINK_CDU_RACK,
    LINK_HALL_RACK,
    LINK_PDU_RACK,
    LINK_UPS_SIDE,
    PLANT_T_OUT,
    SIG_F_NOMINAL,
    SIG_T_DEW,
    SIG_T_DRY,
    SIG_T_WET,
    SIG_VOLTAGE,
)
from twin.kernels.genset import genset_interval
from twin.kernels.hall import hall_step
from twin.kernels.heat_reuse import heat_network_step
from twin.kernels.pcs import pcs_interval
from twin.kernels.pdu import pdu_power_step
from twin.kernels.phases import (
    bus_phase,
    first_child,
    grid_frequency,
    import_power,
    pdu_expect,
    pdu_phase,
    row_step,
    supply_phase,
    ups_expect,
    ups_mode_phase,
    ups_share,
)
from twin.kernels.phases_thermal import (
    bus_mech_demand,
    cdu_served,
    hall_served,
    live_share,
    plant_bus,
    plant_change_over,
    plant_pump_ups,
    served_share,
    ups_mech_demand,
)
from twin.kernels.plant import plant_flow_step, plant_step
from twin.kernels.rack import rack_interval
from twin.kernels.rack_thermal import rack_thermal_finish, rack_thermal_prepare
from twin.kernels.scalar import Array, Links, scalar
from twin.kernels.trace import trace_sample
from twin.kernels.transformer import transformer_step
from twin.kernels.ups_power import ups_power_step


@scalar
def begin_interval(
    p_gen: Array,
    s_gen: Array,
    p_bat: Array,
    s_bat: Array,
    p_pcs: Array,
    s_pcs: Array,
    dt: float,
) -> None:
    """Do once per interval what does not change within it: decay factors."""
    for i in range(p_bat.shape[1]):
        battery_interval(p_bat, s_bat, i, dt)
    for k in range(p_pcs.shape[1]):
        pcs_interval(p_pcs, s_pcs, k, dt)
    for i in range(p_gen.shape[1]):
        genset_interval(p_gen, s_gen, i, dt)


@scalar
def begin_period(
    s_ups: Array,
    p_pdu: Array,
    s_pdu: Array,
    p_rack: Array,
    s_rack: Array,
    links: Links,
    utilisation: Array,
) -> None:
    """Do once per thermal step what follows from temperatures: what racks want, and what their sources expect."""
    for r in range(p_rack.shape[1]):
        rack_interval(p_rack, s_rack, r, utilisation)
    for i in range(p_pdu.shape[1]):
        first = first_child(links, LINK_PDU_RACK, i)
        last = first_child(links, LINK_PDU_RACK, i + 1)
        pdu_expect(p_pdu, s_pdu, i, p_rack, s_rack, first, last, s_ups)
    for u in range(s_ups.shape[1]):
        first = first_child(links, LINK_UPS_SIDE, u)
        ups_expect(s_ups, u, s_pdu, links, first, first_child(links, LINK_UPS_SIDE, u + 1))


@scalar
def electrical_step(
    p_bus: Array,
    s_feed: Array,
    s_bus: Array,
    p_gen: Array,
    s_gen: Array,
    p_bat: Array,
    s_bat: Array,
    p_pcs: Array,
    s_pcs: Array,
    p_ups: Array,
    s_ups: Array,
    p_pdu: Array,
    s_pdu: Array,
    p_rack: Array,
    s_rack: Array,
    p_ring: Array,
    s_ring: Array,
    p_station: Array,
    s_station: Array,
    links: Links,
    signal: Array,
    disturbances: Array,
    frequency: float,
    t: float,
    dt: float,
) -> None:
    """One electrical step of one member from `t` to `t + dt`."""
    n_ups = s_ups.shape[1]
    for f in range(s_feed.shape[1]):
        feed_step(s_feed, f, t, dt, signal[SIG_VOLTAGE], frequency, signal[SIG_F_NOMINAL], disturbances)
    for r in range(s_ring.shape[1]):
        ring_sense_step(r, p_ring, s_ring, p_station, s_station, s_feed, signal[SIG_F_NOMINAL], t, dt)
    for b in range(s_bus.shape[1]):
        supply_phase(
            b, p_bus, s_bus, s_feed, p_gen, s_gen, p_bat, s_bat, p_pcs, s_pcs, p_ups, s_ups, links,
            signal[SIG_F_NOMINAL], t, dt,
        )  # fmt: skip
    for u in range(n_ups):
        ups_mode_phase(u, p_ups, s_ups, s_bus, s_bat, t, dt)
    for i in range(s_pdu.shape[1]):
        first = first_child(links, LINK_PDU_RACK, i)
        last = first_child(links, LINK_PDU_RACK, i + 1)
        pdu_phase(i, p_ups, s_ups, s_bus, p_pdu, s_pdu, s_rack, first, last, t, dt)
        row_step(i, s_pdu, p_rack, s_rack, first, last, t, dt)
        pdu_power_step(p_pdu, s_pdu, i, s_rack, first, last, t, dt)
    for u in range(n_ups):
        first = first_child(links, LINK_UPS_SIDE, u)
        last = first_child(links, LINK_UPS_SIDE, u + 1)
        share = ups_share(p_bus, s_bus, p_ups, s_feed, signal, u)
        ups_power_step(p_ups, s_ups, u, p_bat, s_bat, s_pdu, links, first, last, share, dt)
    for b in range(s_bus.shape[1]):
        bus_phase(b, p_bus, s_bus, s_feed, s_ups, p_gen, s_gen, p_bat, s_bat, p_pcs, s_pcs, links, signal, dt)
    for r in range(s_ring.shape[1]):
        ring_power_step(r, p_ring, s_ring, p_station, s_station, s_feed, dt)
    for f in range(s_feed.shape[1]):
        feed_account(s_feed, f, dt)


@scalar
def thermal_step(
    p_bus: Array,
    s_bus: Array,
    p_bat: Array,
    s_bat: Array,
    s_ups: Array,
    p_rack: Array,
    s_rack: Array,
    p_hall: Array,
    s_hall: Array,
    p_cdu: Array,
    s_cdu: Array,
    p_plant: Array,
    s_plant: Array,
    links: Links,
    signal: Array,
    t: float,
    dt: float,
) -> None:
    """One thermal step of one member over the period [`t`, `t + dt`] that has just ended electrically."""
    for k in range(s_plant.shape[1]):
        served = served_share(
            plant_bus(p_plant, s_plant, k), plant_pump_ups(p_plant, s_plant, k), s_bus, s_ups, dt
        )
        plant_flow_step(p_plant, s_plant, k, p_hall, s_hall, p_cdu, s_cdu, served, dt)
    for r in range(s_rack.shape[1]):
        rack_thermal_prepare(p_rack, s_rack, r, dt)
    for h in range(s_hall.shape[1]):
        first = first_child(links, LINK_HALL_RACK, h)
        last = first_child(links, LINK_HALL_RACK, h + 1)
        water = s_plant[PLANT_T_OUT, int(p_hall[HALL_PLANT, h])]
        economiser_step(p_hall, s_hall, h, signal[SIG_T_DRY], signal[SIG_T_DEW])
        served = hall_served(p_hall, s_hall, h, s_bus, s_ups, dt)
        hall_step(p_hall, s_hall, h, p_rack, s_rack, first, last, water, served, dt)
    for c in range(s_cdu.shape[1]):
        first = first_child(links, LINK_CDU_RACK, c)
        last = first_child(links, LINK_CDU_RACK, c + 1)
        water = s_plant[PLANT_T_OUT, int(p_cdu[CDU_PLANT, c])]
        served = cdu_served(p_cdu, s_cdu, c, s_bus, s_ups, dt)
        cdu_step(p_cdu, s_cdu, c, p_rack, s_rack, first, last, water, served, dt)
    for r in range(s_rack.shape[1]):
        rack_thermal_finish(p_rack, s_rack, r, s_hall, s_cdu, t, dt)
    for k in range(s_plant.shape[1]):
        served = served_share(plant_bus(p_plant, s_plant, k), -1.0, s_bus, s_ups, dt)
        live = live_share(plant_bus(p_plant, s_plant, k), s_bus, dt)
        heat_network_step(p_plant, s_plant, k, signal)
        plant_step(
            p_plant,
            s_plant,
            k,
            p_hall,
            s_hall,
            p_cdu,
            s_cdu,
            signal[SIG_T_DRY],
            signal[SIG_T_WET],
            served,
            live,
            dt,
        )
        plant_change_over(p_plant, s_plant, k, s_bus, s_ups)
    for u in range(s_ups.shape[1]):
        ups_mech_demand(s_ups, u, p_hall, s_hall, p_cdu, s_cdu, p_plant, s_plant)
    for b in range(s_bus.shape[1]):
        transformer_step(p_bus, s_bus, b, signal[SIG_T_DRY], dt)
        bus_mech_demand(s_bus, b, p_hall, s_hall, p_cdu, s_cdu, p_plant, s_plant)
    for i in range(s_bat.shape[1]):
        battery_age_step(p_bat, s_bat, i, dt)


@scalar
def member_interval(
    p_bus, p_gen, p_bat, p_pcs, p_ups, p_pdu, p_rack, p_hall, p_cdu, p_plant,
    p_area, p_turbine, p_response, p_relay, p_ring, p_station,
    s_feed, s_bus, s_gen, s_bat, s_pcs, s_ups, s_pdu, s_rack, s_hall, s_cdu, s_plant,
    s_area, s_turbine, s_response, s_relay, s_ring, s_station,
    links, signal, utilisation, disturbances, infeed, trace,
    t0, dt, steps, thermal_every, trace_every,
):  # fmt: skip
    """Advance one member by one interval; arguments as in `run_interval`, for this member alone."""
    begin_interval(p_gen, s_gen, p_bat, s_bat, p_pcs, s_pcs, dt)
    for k in range(steps):
        t = t0 + k * dt
        if k == 0 or (thermal_every > 0 and k % thermal_every == 0):
            begin_period(s_ups, p_pdu, s_pdu, p_rack, s_rack, links, utilisation)
        frequency = grid_frequency(signal, k / steps)
        for a in range(s_area.shape[1]):
            area_step(
                p_area, s_area, a, p_turbine, s_turbine, p_response, s_response, p_relay, s_relay, infeed,
                import_power(s_feed), t, dt,
            )  # fmt: skip
            frequency = s_area[AREA_FREQUENCY, a]
        electrical_step(
            p_bus, s_feed, s_bus, p_gen, s_gen, p_bat, s_bat, p_pcs, s_pcs, p_ups, s_ups, p_pdu, s_pdu,
            p_rack, s_rack, p_ring, s_ring, p_station, s_station, links, signal, disturbances, frequency, t, dt,
        )  # fmt: skip
        if thermal_every > 0 and (k + 1) % thermal_every == 0:
            period = thermal_every * dt
            thermal_step(
                p_bus, s_bus, p_bat, s_bat, s_ups, p_rack, s_rack, p_hall, s_hall, p_cdu, s_cdu, p_plant, s_plant,
                links, signal, t + dt - period, period,
            )  # fmt: skip
        if trace_every > 0 and (k + 1) % trace_every == 0:
            trace_sample(trace[(k + 1) // trace_every - 1], s_feed, s_bus, s_ups)


@njit(error_model="numpy", parallel=True, cache=True)
def run_interval(
    p_bus, p_gen, p_bat, p_pcs, p_ups, p_pdu, p_rack, p_hall, p_cdu, p_plant,
    p_area, p_turbine, p_response, p_relay, p_ring, p_station,
    s_feed, s_bus, s_gen, s_bat, s_pcs, s_ups, s_pdu, s_rack, s_hall, s_cdu, s_plant,
    s_area, s_turbine, s_response, s_relay, s_ring, s_station,
    links, variant, active, signal, utilisation, disturbances, infeed, trace,
    t0, dt, steps, thermal_every, trace_every,
):  # fmt: skip
    """Advance every active member by one interval of `steps` electrical steps of `dt` from `t0`.

    Parameters
    ----------
    p_* : (variant, field, unit) arrays
        Parameters of each class.
    s_* : (member, field, unit) arrays
        States of each class, advanced in place.
    links : (n,) int64 array
        Child ranges, see `fields.py`.
    variant, active : (member,) int64 arrays
        Which parameters a member uses, and whether it is stepped.
    signal : (member, signal) array
        Signals of the interval.
    utilisation : (member, workload) array
        Utilisation of each workload, 0 to 1.
    disturbances : (row, DISTURBANCE_WIDTH) array
        Disturbances of the grid, see `fields_supply.py`.
    infeed : (event, 3) array
        Losses of infeed in the grid area, see `area.py`.
    trace : (member, sample, channel) array
        Filled every `trace_every` steps; no sample is taken when `trace_every` is 0.
    t0, dt : float
        Start of the interval and electrical step [s].
    steps, thermal_every, trace_every : int
        Electrical steps in the interval, per thermal step and per trace sample; no thermal step when 0.
    """
    for m in prange(s_rack.shape[0]):
        if active[m] != 0:
            v = variant[m]
            member_interval(
                p_bus[v], p_gen[v], p_bat[v], p_pcs[v], p_ups[v], p_pdu[v], p_rack[v], p_hall[v], p_cdu[v],
                p_plant[v], p_area[v], p_turbine[v], p_response[v], p_relay[v], p_ring[v], p_station[v],
                s_feed[m], s_bus[m], s_gen[m], s_bat[m], s_pcs[m], s_ups[m], s_pdu[m], s_rack[m], s_hall[m],
                s_cdu[m], s_plant[m], s_area[m], s_turbine[m], s_response[m], s_relay[m], s_ring[m], s_station[m],
                links, signal[m], utilisation[m], disturbances, infeed, trace[m],
                t0, dt, steps, thermal_every, trace_every,
            )  # fmt: skip
