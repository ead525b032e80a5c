"""The phases of a step: what one unit does between two synchronisations.

Electrical step, in order: feed, ring_sense, supply (buses with their generators), ups_mode, pdu_voltage, rack,
pdu_power, ups_power, bus_power, ring_power. Thermal step: rack_prepare, hall, cdu, rack_finish, plant, host_demand.
Within a phase units do not read what others write, so a loop may take them in any order and a GPU at once.
"""

from __future__ import annotations

from twin.kernels.battery import battery_limits
from twin.kernels.bus import any_latched, bus_close_step, bus_demand, on_local, set_called, storage_power
from twin.kernels.bus_share import bus_allocate
from twin.kernels.bus_shed import bus_shed_step
from twin.kernels.bus_transfer import bus_sense_step
from twin.kernels.dc_bus import dc_bus_step
from twin.kernels.droop import response_share
from twin.kernels.fields import (
    BUS_CHANGED,
    BUS_DARK,
    BUS_FEED,
    BUS_MODE,
    BUS_ON_MAINS,
    BUS_SHED,
    BUS_VOLTAGE,
    FEED_FREQUENCY,
    FEED_POWER,
    GEN_CHANGED,
    GEN_MODE,
    LINK_BUS_GEN,
    LINK_BUS_PCS,
    LINK_BUS_UPS,
    PDU_CABLE,
    PDU_CURRENT_A,
    PDU_CURRENT_B,
    PDU_DARK_A,
    PDU_DARK_B,
    PDU_OPEN_A,
    PDU_OPEN_B,
    PDU_POWER_A,
    PDU_POWER_B,
    PDU_SOURCE_A,
    PDU_SOURCE_B,
    PDU_VOLTAGE_A,
    PDU_VOLTAGE_B,
    RACK_PDU,
    RACK_SHARE_A,
    SIG_DROOP_DEAD,
    SIG_DROOP_FULL,
    SIG_DROOP_KNEE,
    SIG_DROOP_KNEE_SHARE,
    SIG_F_NOMINAL,
    SIG_FREQUENCY_0,
    SIG_FREQUENCY_1,
    UPS_BUS,
    UPS_CHANGED,
    UPS_DEMAND,
    UPS_MECH_DEMAND,
    UPS_MODE,
    UPS_OFF,
    UPS_SHED,
    UPS_VOLTAGE,
)
from twin.kernels.genset import genset_step
from twin.kernels.genset_plant import plant_closed, plant_ready, plant_waiting
from twin.kernels.pcs import may_form, pcs_limits, storage_charge
from twin.kernels.pdu import pdu_input, pdu_shed_step, pdu_voltage_step, side_closed
from twin.kernels.rack import rack_expected, rack_step
from twin.kernels.rack_ride import rack_gap_step
from twin.kernels.scalar import Array, Links, inlined, scalar
from twin.kernels.supply import bus_power_step
from twin.kernels.transfer_switch import switch_step
from twin.kernels.transformer import transformer_account
from twin.kernels.ups import ups_mode_step
from twin.kernels.ups_power import ups_output


@inlined
def first_child(links: Links, table: int, unit: int) -> int:
    """Where the children of `unit` begin in the table of child ranges; those of `unit + 1` begin at its end."""
    return links[links[table] + unit]


@scalar
def expected_demand(
    p: Array, s: Array, i: int, p_rack: Array, s_rack: Array, first: int, last: int, s_ups: Array
) -> tuple[float, float]:
    """Power PDU `i` will draw on sides A and B, from what its racks want in the coming interval [W].

    The sides share as their sources and breakers let them. It tells a UPS of a new load before the first step of an
    interval, so that a battery is not asked for more than it can hold.
    """
    a = int(s[PDU_SOURCE_A, i])
    b = int(s[PDU_SOURCE_B, i])
    live_a = side_closed(p, i, s_ups, a, s[PDU_OPEN_A, i]) and s_ups[UPS_MODE, a] != UPS_OFF
    live_b = side_closed(p, i, s_ups, b, s[PDU_OPEN_B, i]) and s_ups[UPS_MODE, b] != UPS_OFF
    out = 0.0
    out_a = 0.0
    for r in range(first, last):
        power = rack_expected(p_rack, s_rack, r)
        out += power
        out_a += p_rack[RACK_SHARE_A, r] * power
    if not live_b:
        out_a = out
    if not live_a:
        out_a = 0.0
    out_b = out - out_a if live_b else 0.0
    # The drop along a cable is that of the last step.
    va = s_ups[UPS_VOLTAGE, a] - p[PDU_CABLE, i] * s[PDU_CURRENT_A, i] if live_a else 0.0
    vb = s_ups[UPS_VOLTAGE, b] - p[PDU_CABLE, i] * s[PDU_CURRENT_B, i] if live_b else 0.0
    return pdu_input(p, i, out_a, va)[0], pdu_input(p, i, out_b, vb)[0]


@scalar
def pdu_expect(
    p: Array, s: Array, i: int, p_rack: Array, s_rack: Array, first: int, last: int, s_ups: Array
) -> None:
    """Write the expected power of both sides of PDU `i`, before the first step of an interval."""
    power_a, power_b = expected_demand(p, s, i, p_rack, s_rack, first, last, s_ups)
    s[PDU_POWER_A, i] = power_a
    s[PDU_POWER_B, i] = power_b


@inlined
def pdu_phase(
    i: int,
    p_ups: Array,
    s_ups: Array,
    s_bus: Array,
    p_pdu: Array,
    s_pdu: Array,
    s_rack: Array,
    first: int,
    last: int,
    t: float,
    dt: float,
) -> None:
    """PDU `i` chooses its sources, hands on their voltage, and sheds its racks [first, last) where it is told to."""
    switch_step(p_pdu, s_pdu, i, p_ups, s_ups, s_bus, t, dt)
    pdu_voltage_step(p_pdu, s_pdu, i, s_ups, dt)
    pdu_shed_step(p_pdu, s_pdu, i, s_ups, s_rack, first, last)


@inlined
def row_step(
    i: int, s_pdu: Array, p_rack: Array, s_rack: Array, first: int, last: int, t: float, dt: float
) -> None:
    """Step the racks [first, last) of PDU `i`; those without a transfer of a switch take the shorter way."""
    va = s_pdu[PDU_VOLTAGE_A, i]
    vb = s_pdu[PDU_VOLTAGE_B, i]
    dark_a = s_pdu[PDU_DARK_A, i]
    dark_b = s_pdu[PDU_DARK_B, i]
    if dark_a > 0.0 or dark_b > 0.0:
        for r in range(first, last):
            rack_gap_step(p_rack, s_rack, r, va, vb, dark_a, dark_b, t, dt)
    else:
        for r in range(first, last):
            rack_step(p_rack, s_rack, r, va, vb, t, dt)


@scalar
def ups_expect(s: Array, i: int, s_pdu: Array, links: Links, first: int, last: int) -> None:
    """Write the expected demand of UPS `i`, before the first step of an interval."""
    mechanical = s[UPS_MECH_DEMAND, i] if s[UPS_MODE, i] != UPS_OFF else 0.0
    s[UPS_DEMAND, i] = mechanical + ups_output(s, i, s_pdu, links, first, last)


@inlined
def called_share(signal: Array, s_feed: Array, f: int) -> float:
    """Share of committed frequency response that the frequency of feed `f` calls for, -1 to 1."""
    return response_share(
        s_feed[FEED_FREQUENCY, f] - signal[SIG_F_NOMINAL],
        signal[SIG_DROOP_DEAD],
        signal[SIG_DROOP_KNEE],
        signal[SIG_DROOP_KNEE_SHARE],
        signal[SIG_DROOP_FULL],
    )


@scalar
def supply_phase(
    b: int,
    p_bus: Array,
    s_bus: Array,
    s_feed: Array,
    p_gen: Array,
    s_gen: Array,
    p_bat: Array,
    s_bat: Array,
    p_pcs: Array,
    s_pcs: Array,
    p_ups: Array,
    s_ups: Array,
    links: Links,
    nominal: float,
    t: float,
    dt: float,
) -> None:
    """Bus `b` senses its mains, runs its generators, closes on what it has, sheds, and shares out the rest."""
    before = s_bus[BUS_MODE, b]
    n_ups = s_ups.shape[1]
    ups_first = first_child(links, LINK_BUS_UPS, b)
    ups_last = first_child(links, LINK_BUS_UPS, b + 1)
    gen_first = first_child(links, LINK_BUS_GEN, b)
    gen_last = first_child(links, LINK_BUS_GEN, b + 1)
    pcs_first = first_child(links, LINK_BUS_PCS, b)
    pcs_last = first_child(links, LINK_BUS_PCS, b + 1)
    for u in range(ups_first, ups_last):
        battery_limits(p_bat, s_bat, u, dt)
    live = s_bus[BUS_VOLTAGE, b] > 0.0
    for k in range(pcs_first, pcs_last):
        battery_limits(p_bat, s_bat, n_ups + k, dt)
        forms = may_form(p_pcs, k, live, s_bus[BUS_DARK, b], dt)
        pcs_limits(p_pcs, s_pcs, k, s_bat, n_ups + k, forms, dt)
    demand = bus_demand(s_ups, s_bus, b, ups_first, ups_last)
    storage, _ = storage_power(s_pcs, pcs_first, pcs_last)
    running, possible, _ = plant_ready(p_gen, s_gen, gen_first, gen_last)
    waiting = plant_waiting(p_gen, s_gen, gen_first, gen_last)
    carry = running + storage
    latched = any_latched(s_ups, ups_first, ups_last)
    hope = carry + waiting + possible > 0.0
    bus_sense_step(p_bus, s_bus, b, s_feed, carry, carry + waiting, hope, demand, latched, dt)
    short = on_local(s_bus, b) and storage < demand
    charge = storage_charge(p_bat, s_bat, n_ups + pcs_first, n_ups + pcs_last)
    for g in range(gen_first, gen_last):
        mode = s_gen[GEN_MODE, g]
        call = set_called(s_bus, b, p_gen, s_gen, g, charge, short, dt)
        genset_step(p_gen, s_gen, g, call, dt)
        if s_gen[GEN_MODE, g] != mode:
            s_gen[GEN_CHANGED, g] = t
    bus_close_step(
        p_bus, s_bus, b, s_feed, p_gen, s_gen, gen_first, gen_last, p_pcs, s_pcs, pcs_first, pcs_last,
        demand, nominal, before, dt,
    )  # fmt: skip
    plant_closed(s_gen, gen_first, gen_last, t)
    running, _, _ = plant_ready(p_gen, s_gen, gen_first, gen_last)
    bus_shed_step(p_bus, s_bus, b, demand, charge, running, dt)
    bus_allocate(p_bus, s_bus, b, s_feed, p_ups, s_ups, ups_first, ups_last)
    if s_bus[BUS_MODE, b] != before:
        s_bus[BUS_CHANGED, b] = t


@scalar
def ups_mode_phase(
    u: int, p_ups: Array, s_ups: Array, s_bus: Array, s_bat: Array, t: float, dt: float
) -> None:
    """UPS `u` hands on what its bus sheds, decides its mode and output voltage, and notes when the mode changed."""
    before = s_ups[UPS_MODE, u]
    s_ups[UPS_SHED, u] = s_bus[BUS_SHED, int(p_ups[UPS_BUS, u])]
    ups_mode_step(p_ups, s_ups, u, s_bus, s_bat, t, dt)
    dc_bus_step(p_ups, s_ups, u, s_bat)
    if s_ups[UPS_MODE, u] != before:
        s_ups[UPS_CHANGED, u] = t


@inlined
def ups_share(p_bus: Array, s_bus: Array, p_ups: Array, s_feed: Array, signal: Array, u: int) -> float:
    """Share of frequency response that UPS `u` is called for: none while its bus is off the mains."""
    b = int(p_ups[UPS_BUS, u])
    if s_bus[BUS_MODE, b] != BUS_ON_MAINS:
        return 0.0
    return called_share(signal, s_feed, int(p_bus[BUS_FEED, b]))


@scalar
def bus_phase(
    b: int,
    p_bus: Array,
    s_bus: Array,
    s_feed: Array,
    s_ups: Array,
    p_gen: Array,
    s_gen: Array,
    p_bat: Array,
    s_bat: Array,
    p_pcs: Array,
    s_pcs: Array,
    links: Links,
    signal: Array,
    dt: float,
) -> None:
    """Bus `b` sums its children and is supplied."""
    share = called_share(signal, s_feed, int(p_bus[BUS_FEED, b]))
    bus_power_step(
        p_bus, s_bus, b, s_feed,
        s_ups, first_child(links, LINK_BUS_UPS, b), first_child(links, LINK_BUS_UPS, b + 1),
        p_gen, s_gen, first_child(links, LINK_BUS_GEN, b), first_child(links, LINK_BUS_GEN, b + 1),
        p_pcs, s_pcs, first_child(links, LINK_BUS_PCS, b), first_child(links, LINK_BUS_PCS, b + 1),
        p_bat, s_bat, s_ups.shape[1], share,
        signal[SIG_F_NOMINAL], dt,
    )  # fmt: skip
    transformer_account(p_bus, s_bus, b, dt)


@scalar
def grid_frequency(signal: Array, part: float) -> float:
    """Measured frequency at the share `part` of the interval, linear between its ends [Hz]."""
    return signal[SIG_FREQUENCY_0] + (signal[SIG_FREQUENCY_1] - signal[SIG_FREQUENCY_0]) * part


@scalar
def import_power(s_feed: Array) -> float:
    """Power imported over all feeds in the last step [W]."""
    total = 0.0
    for f in range(s_feed.shape[1]):
        total += s_feed[FEED_POWER, f]
    return total


@scalar
def rack_pdu(p: Array, r: int) -> int:
    """PDU of rack `r`."""
    return int(p[RACK_PDU, r])
