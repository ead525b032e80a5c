"""The CUDA loop: a block of threads per member, units of a phase spread over its threads.

Only indexing, calls and barriers; the twin of `step_cpu.py`, phase by phase. Parents sum their children in one
thread and in fixed order, so there are no atomics and the answer is the CPU's.
"""

# numba-cuda gives its decorators and intrinsics no types; the blocks are typed in the functions called from here.
# mypy: disable-error-code="no-untyped-def, no-untyped-call, attr-defined"

from __future__ import annotations

from numba import cuda

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
    rack_pdu,
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
from twin.kernels.trace import trace_sample
from twin.kernels.transformer import transformer_step
from twin.kernels.ups_power import ups_power_step


@cuda.jit(device=True)
def begin_interval(me, all_threads, p_gen, s_gen, p_bat, s_bat, p_pcs, s_pcs, dt):
    """Do once per interval what does not change within it: decay factors."""
    for i in range(me, p_bat.shape[1], all_threads):
        battery_interval(p_bat, s_bat, i, dt)
    for k in range(me, p_pcs.shape[1], all_threads):
        pcs_interval(p_pcs, s_pcs, k, dt)
    for i in range(me, p_gen.shape[1], all_threads):
        genset_interval(p_gen, s_gen, i, dt)


@cuda.jit(device=True)
def begin_period(me, all_threads, s_ups, p_pdu, s_pdu, p_rack, s_rack, links, utilisation):
    """Do once per thermal step what follows from temperatures: what racks want, and what their sources expect."""
    for r in range(me, p_rack.shape[1], all_threads):
        rack_interval(p_rack, s_rack, r, utilisation)
    cuda.syncthreads()
    for i in range(me, p_pdu.shape[1], all_threads):
        first = first_child(links, LINK_PDU_RACK, i)
        last = first_child(links, LINK_PDU_RACK, i + 1)
        pdu_expect(p_pdu, s_pdu, i, p_rack, s_rack, first, last, s_ups)
    cuda.syncthreads()
    for u in range(me, s_ups.shape[1], all_threads):
        first = first_child(links, LINK_UPS_SIDE, u)
        ups_expect(s_ups, u, s_pdu, links, first, first_child(links, LINK_UPS_SIDE, u + 1))
    cuda.syncthreads()


@cuda.jit(device=True)
def electrical_step(
    me, all_threads, p_bus, s_feed, s_bus, p_gen, s_gen, p_bat, s_bat, p_pcs, s_pcs, p_ups, s_ups, p_pdu,
    s_pdu, p_rack, s_rack, p_ring, s_ring, p_station, s_station, links, signal, disturbances, frequency, t, dt,
):  # fmt: skip
    """One electrical step of one member from `t` to `t + dt`."""
    for f in range(me, s_feed.shape[1], all_threads):
        feed_step(s_feed, f, t, dt, signal[SIG_VOLTAGE], frequency, signal[SIG_F_NOMINAL], disturbances)
    cuda.syncthreads()
    for r in range(me, s_ring.shape[1], all_threads):
        ring_sense_step(r, p_ring, s_ring, p_station, s_station, s_feed, signal[SIG_F_NOMINAL], t, dt)
    cuda.syncthreads()
    for b in range(me, s_bus.shape[1], all_threads):
        supply_phase(
            b, p_bus, s_bus, s_feed, p_gen, s_gen, p_bat, s_bat, p_pcs, s_pcs, p_ups, s_ups, links,
            signal[SIG_F_NOMINAL], t, dt,
        )  # fmt: skip
    cuda.syncthreads()
    for u in range(me, s_ups.shape[1], all_threads):
        ups_mode_phase(u, p_ups, s_ups, s_bus, s_bat, t, dt)
    cuda.syncthreads()
    for i in range(me, s_pdu.shape[1], all_threads):
        first = first_child(links, LINK_PDU_RACK, i)
        last = first_child(links, LINK_PDU_RACK, i + 1)
        pdu_phase(i, p_ups, s_ups, s_bus, p_pdu, s_pdu, s_rack, first, last, t, dt)
    cuda.syncthreads()
    for r in range(me, s_rack.shape[1], all_threads):
        i = rack_pdu(p_rack, r)
        row_step(i, s_pdu, p_rack, s_rack, r, r + 1, t, dt)
    cuda.syncthreads()
    for i in range(me, s_pdu.shape[1], all_threads):
        first = first_child(links, LINK_PDU_RACK, i)
        last = first_child(links, LINK_PDU_RACK, i + 1)
        pdu_power_step(p_pdu, s_pdu, i, s_rack, first, last, t, dt)
    cuda.syncthreads()
    for u in range(me, s_ups.shape[1], all_threads):
        first = first_child(links, LINK_UPS_SIDE, u)
        last = first_child(links, LINK_UPS_SIDE, u + 1)
        share = ups_share(p_bus, s_bus, p_ups, s_feed, signal, u)
        ups_power_step(p_ups, s_ups, u, p_bat, s_bat, s_pdu, links, first, last, share, dt)
    cuda.syncthreads()
    # Buses add into their feeds: one thread takes them in order.
    if me == 0:
        for b in range(s_bus.shape[1]):
            bus_phase(
                b, p_bus, s_bus, s_feed, s_ups, p_gen, s_gen, p_bat, s_bat, p_pcs, s_pcs, links, signal, dt
            )
        for r in range(s_ring.shape[1]):
            ring_power_step(r, p_ring, s_ring, p_station, s_station, s_feed, dt)
        for f in range(s_feed.shape[1]):
            feed_account(s_feed, f, dt)
    cuda.syncthreads()


@cuda.jit(device=True)
def thermal_step(
    me, all_threads, p_bus, s_bus, p_bat, s_bat, s_ups, p_rack, s_rack, p_hall, s_hall, p_cdu, s_cdu, p_plant,
    s_plant, links, signal, t, dt,
):  # fmt: skip
    """One thermal step of one member over the period [`t`, `t + dt`] that has just ended electrically."""
    for k in range(me, s_plant.shape[1], all_threads):
        served = served_share(
            plant_bus(p_plant, s_plant, k), plant_pump_ups(p_plant, s_plant, k), s_bus, s_ups, dt
        )
        plant_flow_step(p_plant, s_plant, k, p_hall, s_hall, p_cdu, s_cdu, served, dt)
    for r in range(me, s_rack.shape[1], all_threads):
        rack_thermal_prepare(p_rack, s_rack, r, dt)
    cuda.syncthreads()
    for h in range(me, s_hall.shape[1], all_threads):
        first = first_child(links, LINK_HALL_RACK, h)
        last = first_child(links, LINK_HALL_RACK, h + 1)
        water = s_plant[PLANT_T_OUT, int(p_hall[HALL_PLANT, h])]
        economiser_step(p_hall, s_hall, h, signal[SIG_T_DRY], signal[SIG_T_DEW])
        served = hall_served(p_hall, s_hall, h, s_bus, s_ups, dt)
        hall_step(p_hall, s_hall, h, p_rack, s_rack, first, last, water, served, dt)
    for c in range(me, s_cdu.shape[1], all_threads):
        first = first_child(links, LINK_CDU_RACK, c)
        last = first_child(links, LINK_CDU_RACK, c + 1)
        water = s_plant[PLANT_T_OUT, int(p_cdu[CDU_PLANT, c])]
        served = cdu_served(p_cdu, s_cdu, c, s_bus, s_ups, dt)
        cdu_step(p_cdu, s_cdu, c, p_rack, s_rack, first, last, water, served, dt)
    cuda.syncthreads()
    for r in range(me, s_rack.shape[1], all_threads):
        rack_thermal_finish(p_rack, s_rack, r, s_hall, s_cdu, t, dt)
    for k in range(me, s_plant.shape[1], all_threads):
        served = served_share(plant_bus(p_plant, s_plant, k), -1.0, s_bus, s_ups, dt)
        live = live_share(plant_bus(p_plant, s_plant, k), s_bus, dt)
        heat_network_step(p_plant, s_plant, k, signal)
        plant_step(
            p_plant, s_plant, k, p_hall, s_hall, p_cdu, s_cdu, signal[SIG_T_DRY], signal[SIG_T_WET], served, live, dt
        )  # fmt: skip
        plant_change_over(p_plant, s_plant, k, s_bus, s_ups)
    cuda.syncthreads()
    for u in range(me, s_ups.shape[1], all_threads):
        ups_mech_demand(s_ups, u, p_hall, s_hall, p_cdu, s_cdu, p_plant, s_plant)
    for b in range(me, s_bus.shape[1], all_threads):
        transformer_step(p_bus, s_bus, b, signal[SIG_T_DRY], dt)
        bus_mech_demand(s_bus, b, p_hall, s_hall, p_cdu, s_cdu, p_plant, s_plant)
    for i in range(me, s_bat.shape[1], all_threads):
        battery_age_step(p_bat, s_bat, i, dt)
    cuda.syncthreads()


@cuda.jit(cache=True)
def run_interval(
    p_bus, p_gen, p_bat, p_pcs, p_ups, p_pdu, p_rack, p_hall, p_cdu, p_plant,
    p_area, p_turbine, p_response, p_relay, p_ring, p_station,
    s_feed, s_bus, s_gen, s_bat, s_pcs, s_ups, s_pdu, s_rack, s_hall, s_cdu, s_plant,
    s_area, s_turbine, s_response, s_relay, s_ring, s_station,
    links, variant, active, signal, utilisation, disturbances, infeed, trace,
    t0, dt, steps, thermal_every, trace_every,
):  # fmt: skip
    """Advance member `blockIdx.x` by one interval; arguments as in `step_cpu.run_interval`."""
    m = cuda.blockIdx.x
    me = cuda.threadIdx.x
    all_threads = cuda.blockDim.x
    if active[m] == 0:
        return
    v = variant[m]
    begin_interval(me, all_threads, p_gen[v], s_gen[m], p_bat[v], s_bat[m], p_pcs[v], s_pcs[m], dt)
    for k in range(steps):
        t = t0 + k * dt
        if k == 0 or (thermal_every > 0 and k % thermal_every == 0):
            begin_period(
                me, all_threads, s_ups[m], p_pdu[v], s_pdu[m], p_rack[v], s_rack[m], links, utilisation[m]
            )
        frequency = grid_frequency(signal[m], k / steps)
        if me == 0:
            for a in range(s_area.shape[2]):
                area_step(
                    p_area[v], s_area[m], a, p_turbine[v], s_turbine[m], p_response[v], s_response[m],
                    p_relay[v], s_relay[m], infeed, import_power(s_feed[m]), t, dt,
                )  # fmt: skip
        cuda.syncthreads()
        for a in range(s_area.shape[2]):
            frequency = s_area[m, AREA_FREQUENCY, a]
        electrical_step(
            me, all_threads, p_bus[v], s_feed[m], s_bus[m], p_gen[v], s_gen[m], p_bat[v], s_bat[m], p_pcs[v],
            s_pcs[m], p_ups[v], s_ups[m], p_pdu[v], s_pdu[m], p_rack[v], s_rack[m], p_ring[v], s_ring[m],
            p_station[v], s_station[m], links, signal[m], disturbances, frequency, t, dt,
        )  # fmt: skip
        if thermal_every > 0 and (k + 1) % thermal_every == 0:
            period = thermal_every * dt
            thermal_step(
                me, all_threads, p_bus[v], s_bus[m], p_bat[v], s_bat[m], s_ups[m], p_rack[v], s_rack[m], p_hall[v],
                s_hall[m], p_cdu[v], s_cdu[m], p_plant[v], s_plant[m], links, signal[m], t + dt - period, period,
            )  # fmt: skip
        if trace_every > 0 and (k + 1) % trace_every == 0 and me == 0:
            trace_sample(trace[m, (k + 1) // trace_every - 1], s_feed[m], s_bus[m], s_ups[m])


@cuda.jit(cache=True)
def gather_rows(state, rows, out):
    """Copy the fields `rows` of every unit from state[member, field, unit] to out[member, row, unit]."""
    rows_of_member = rows.shape[0]
    units = state.shape[2]
    for i in range(cuda.grid(1), state.shape[0] * rows_of_member * units, cuda.gridsize(1)):
        m = i // (rows_of_member * units)
        k = i // units % rows_of_member
        out[m, k, i % units] = state[m, rows[k], i % units]
