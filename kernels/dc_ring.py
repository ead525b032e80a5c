"""Medium-voltage DC ring: load flow of one loop of nodes with droop-controlled sources and constant-power loads.

Node k is joined to node k + 1 by segment k, the last to node 0. A double ring has two circuits in parallel on the
same nodes; an open segment takes its circuit out between two nodes, two open places cut the ring into sections.
Kirchhoff's current law at node k, with g the conductance of the closed circuits of a segment::

    g_(k-1) (V_k - V_(k-1)) + g_k (V_k - V_(k+1))
        + sum (V_k - V_set) / R_droop + sum P_load / V_k - sum P_held / V_k = 0

Grid stations hold V = V_set - R_droop I (voltage droop, R_droop = droop V_n^2 / P_rated) up to their limit, then a
constant power. Newton's method linearises P / V; each linear system is cyclic tridiagonal and solved by elimination
along the ring, so no matrix is held. The sources and the loads of a section that is short of sources share what is
missing on their droops, and the stations' overload protection follows.

Valid for the steady state of the DC grid: the milliseconds in which a fault is cleared and cables discharge are
left out. Sources: J. Beerten, S. Cole, R. Belmans, "Modeling of multi-terminal VSC HVDC systems with distributed
DC voltage control", IEEE Trans. Power Systems 29 (2014) 34-42 (droop and Newton load flow; M); elimination:
W. H. Press et al., Numerical Recipes, "Cyclic tridiagonal systems" (M).
"""

from __future__ import annotations

from twin.kernels.fields import (
    RING_CHANGE_0,
    RING_CIRCUITS,
    RING_CURRENT_0,
    RING_CURRENT_MAX,
    RING_HEAT_0,
    RING_LOADING,
    RING_LOSS,
    RING_NODES,
    RING_OPEN_A_0,
    RING_OPEN_B_0,
    RING_OUT_A,
    RING_OUT_B,
    RING_R_0,
    RING_SECTION_0,
    RING_V_NOMINAL,
    RING_VOLTAGE_0,
    RING_VOLTAGE_MIN,
    STA_DROOP,
    STA_HELD,
    STA_LIMIT,
    STA_LOAD,
    STA_MODE,
    STA_NODE,
    STA_POWER_IN,
    STA_RATED,
    STA_RING,
    STA_V_SET,
    STA_WORKING,
)
from twin.kernels.scalar import Array, scalar

ITERATIONS = 30
# Newton's error squares from one iteration to the next: after a change this small only rounding is left.
CONVERGED = 1e-8
# Below this share of nominal no load flow is meant: constant-power loads have lost their solution.
COLLAPSE = 0.5

ON_DROOP = 0
AT_LIMIT = 1
ABOVE_LIMIT = 2


@scalar
def circuits_closed(p: Array, s: Array, r: int, k: int) -> float:
    """Circuits of ring `r` that are closed in segment `k`: 0, 1 or 2."""
    a = s[RING_OUT_A, r] <= 0.0 and s[RING_OPEN_A_0 + k, r] <= 0.0
    b = p[RING_CIRCUITS, r] > 1.0 and s[RING_OUT_B, r] <= 0.0 and s[RING_OPEN_B_0 + k, r] <= 0.0
    return (1.0 if a else 0.0) + (1.0 if b else 0.0)


@scalar
def segment_conductance(p: Array, s: Array, r: int, k: int) -> float:
    """Conductance of segment `k` of ring `r`, its closed circuits in parallel [S]; 0 when open."""
    return circuits_closed(p, s, r, k) / p[RING_R_0 + k, r]


@scalar
def ring_sections(p: Array, s: Array, r: int) -> None:
    """Number the sections of ring `r`: each node gets the lowest node that closed segments join it to."""
    n = int(p[RING_NODES, r])
    for k in range(n):
        s[RING_SECTION_0 + k, r] = k
    # Twice around in both directions reaches every node from every other one.
    for turn in range(2 * n):
        k = turn % n
        after = (k + 1) % n
        if circuits_closed(p, s, r, k) > 0.0:
            s[RING_SECTION_0 + after, r] = min(s[RING_SECTION_0 + after, r], s[RING_SECTION_0 + k, r])
    for turn in range(2 * n):
        k = n - 1 - turn % n
        after = (k + 1) % n
        if circuits_closed(p, s, r, k) > 0.0:
            s[RING_SECTION_0 + k, r] = min(s[RING_SECTION_0 + k, r], s[RING_SECTION_0 + after, r])


@scalar
def droop_resistance(p: Array, r: int, p_sta: Array, i: int) -> float:
    """Resistance that the droop of grid station `i` puts between its set point and ring `r` [ohm]."""
    v = p[RING_V_NOMINAL, r]
    return p_sta[STA_DROOP, i] * v * v / p_sta[STA_RATED, i]


@scalar
def node_equation(p: Array, s: Array, r: int, k: int, p_sta: Array, s_sta: Array) -> tuple[float, float]:
    """Linearised current law at node `k` of ring `r`: its own conductance, and the current that is missing there.

    The current of a constant power P at V + x is P / V - P / V^2 x to first order. A dead node, at voltage zero, has
    the equation x = 0.
    """
    v = s[RING_VOLTAGE_0 + k, r]
    if v == 0.0:
        return 1.0, 0.0
    n = int(p[RING_NODES, r])
    behind = segment_conductance(p, s, r, (k - 1) % n)
    ahead = segment_conductance(p, s, r, k)
    conductance = behind + ahead
    missing = behind * (s[RING_VOLTAGE_0 + (k - 1) % n, r] - v)
    missing += ahead * (s[RING_VOLTAGE_0 + (k + 1) % n, r] - v)
    for i in range(p_sta.shape[1]):
        here = int(p_sta[STA_RING, i]) == r and int(p_sta[STA_NODE, i]) == k
        if not here or s_sta[STA_MODE, i] != STA_WORKING:
            continue
        source = p_sta[STA_LOAD, i] <= 0.0
        if source and s_sta[STA_HELD, i] != AT_LIMIT:
            g = 1.0 / droop_resistance(p, r, p_sta, i)
            conductance += g
            missing += g * (p_sta[STA_V_SET, i] * p[RING_V_NOMINAL, r] - v)
        else:
            taken = -s_sta[STA_LIMIT, i] if source else s_sta[STA_POWER_IN, i]
            conductance -= taken / (v * v)
            missing -= taken / v
    return conductance, missing


@scalar
def ring_iteration(p: Array, s: Array, r: int, p_sta: Array, s_sta: Array) -> float:
    """One iteration of Newton's method for the node voltages of ring `r`.

    The unknowns are the changes x of the voltages. Every node k from 1 is eliminated as
    x_k = alpha + beta x_(k+1) + gamma x_0, node 0 is solved, and the others follow. The rows of change, current and
    heat hold alpha, beta and gamma meanwhile. A node that no grid station feeds keeps a voltage of zero.

    Returns
    -------
    float
        Largest change of a node voltage, share of nominal; -1 where the loads have no solution.
    """
    n = int(p[RING_NODES, r])
    diagonal, rest = node_equation(p, s, r, 0, p_sta, s_sta)
    if diagonal <= 0.0:
        return -1.0
    diagonal_0 = diagonal
    rest_0 = rest
    for k in range(1, n):
        diagonal, rest = node_equation(p, s, r, k, p_sta, s_sta)
        behind = segment_conductance(p, s, r, k - 1)
        ahead = segment_conductance(p, s, r, k)
        gamma = behind
        if k > 1:
            diagonal -= behind * s[RING_CURRENT_0 + k - 1, r]
            rest += behind * s[RING_CHANGE_0 + k - 1, r]
            gamma = behind * s[RING_HEAT_0 + k - 1, r]
        if diagonal <= 0.0:
            return -1.0
        s[RING_CHANGE_0 + k, r] = rest / diagonal
        s[RING_CURRENT_0 + k, r] = ahead / diagonal
        s[RING_HEAT_0 + k, r] = gamma / diagonal
    # Backwards: x_k = change + heat x_0, with the node after the last one being node 0.
    after = 0.0
    share = 1.0
    for step in range(1, n):
        k = n - step
        after = s[RING_CHANGE_0 + k, r] + s[RING_CURRENT_0 + k, r] * after
        share = s[RING_HEAT_0 + k, r] + s[RING_CURRENT_0 + k, r] * share
        s[RING_CHANGE_0 + k, r] = after
        s[RING_HEAT_0 + k, r] = share
    first = segment_conductance(p, s, r, 0)
    last = segment_conductance(p, s, r, n - 1)
    diagonal_0 -= first * s[RING_HEAT_0 + 1, r] + last * s[RING_HEAT_0 + n - 1, r]
    rest_0 += first * s[RING_CHANGE_0 + 1, r] + last * s[RING_CHANGE_0 + n - 1, r]
    if diagonal_0 <= 0.0:
        return -1.0
    s[RING_CHANGE_0, r] = rest_0 / diagonal_0
    largest = 0.0
    for k in range(n):
        if k > 0:
            s[RING_CHANGE_0 + k, r] += s[RING_HEAT_0 + k, r] * s[RING_CHANGE_0, r]
        s[RING_VOLTAGE_0 + k, r] += s[RING_CHANGE_0 + k, r]
        largest = max(largest, abs(s[RING_CHANGE_0 + k, r]))
    return largest / p[RING_V_NOMINAL, r]


@scalar
def ring_solve(p: Array, s: Array, r: int, p_sta: Array, s_sta: Array) -> bool:
    """Solve the node voltages of ring `r` for the states of its stations; whether there is a solution."""
    nominal = p[RING_V_NOMINAL, r]
    for k in range(int(p[RING_NODES, r])):
        live = section_live(s, r, int(s[RING_SECTION_0 + k, r]), p_sta, s_sta)
        old = s[RING_VOLTAGE_0 + k, r]
        s[RING_VOLTAGE_0 + k, r] = (old if old > COLLAPSE * nominal else nominal) if live else 0.0
    for _ in range(ITERATIONS):
        change = ring_iteration(p, s, r, p_sta, s_sta)
        if change < 0.0:
            return False
        for k in range(int(p[RING_NODES, r])):
            if s[RING_VOLTAGE_0 + k, r] != 0.0 and s[RING_VOLTAGE_0 + k, r] < COLLAPSE * nominal:
                return False
        if change < CONVERGED:
            return True
    return False


@scalar
def station_dc_power(p: Array, s: Array, r: int, p_sta: Array, s_sta: Array, i: int) -> float:
    """DC power that grid station `i` gives ring `r` at the voltage of its node [W]."""
    if s_sta[STA_MODE, i] != STA_WORKING:
        return 0.0
    if s_sta[STA_HELD, i] == AT_LIMIT:
        return s_sta[STA_LIMIT, i]
    v = s[RING_VOLTAGE_0 + int(p_sta[STA_NODE, i]), r]
    return v * (p_sta[STA_V_SET, i] * p[RING_V_NOMINAL, r] - v) / droop_resistance(p, r, p_sta, i)


@scalar
def hold_limits(p: Array, s: Array, r: int, p_sta: Array, s_sta: Array) -> bool:
    """Put grid stations of ring `r` above their limit at it; release those of a section with none left on its droop.

    Holding one source lowers every voltage, so the others are only asked for more: a station that was put at its
    limit belongs there.

    Returns
    -------
    bool
        Whether anything changed, and the ring has to be solved again.
    """
    moved = False
    for i in range(p_sta.shape[1]):
        source = int(p_sta[STA_RING, i]) == r and p_sta[STA_LOAD, i] <= 0.0
        if source and s_sta[STA_MODE, i] == STA_WORKING and s_sta[STA_HELD, i] == ON_DROOP:
            power = station_dc_power(p, s, r, p_sta, s_sta, i)
            if abs(power) > s_sta[STA_LIMIT, i] * (1.0 + 1e-12):
                s_sta[STA_HELD, i] = AT_LIMIT if power > 0.0 else ABOVE_LIMIT
                moved = True
    for i in range(p_sta.shape[1]):
        if int(p_sta[STA_RING, i]) != r or s_sta[STA_HELD, i] != AT_LIMIT:
            continue
        section = s[RING_SECTION_0 + int(p_sta[STA_NODE, i]), r]
        if not section_regulated(s, r, int(section), p_sta, s_sta):
            release_section(s, r, int(section), p_sta, s_sta)
    return moved


@scalar
def source_in_section(s: Array, r: int, section: int, p_sta: Array, s_sta: Array, i: int) -> bool:
    """Whether station `i` is a grid station that works in the section of ring `r`."""
    if int(p_sta[STA_RING, i]) != r or p_sta[STA_LOAD, i] > 0.0 or s_sta[STA_MODE, i] != STA_WORKING:
        return False
    return int(s[RING_SECTION_0 + int(p_sta[STA_NODE, i]), r]) == section


@scalar
def section_live(s: Array, r: int, section: int, p_sta: Array, s_sta: Array) -> bool:
    """Whether a grid station that works feeds the section of ring `r`."""
    live = False
    for i in range(p_sta.shape[1]):
        live = live or source_in_section(s, r, section, p_sta, s_sta, i)
    return live


@scalar
def section_regulated(s: Array, r: int, section: int, p_sta: Array, s_sta: Array) -> bool:
    """Whether a grid station of the section of ring `r` is on its droop."""
    for i in range(p_sta.shape[1]):
        if s_sta[STA_HELD, i] != AT_LIMIT and source_in_section(s, r, section, p_sta, s_sta, i):
            return True
    return False


@scalar
def release_section(s: Array, r: int, section: int, p_sta: Array, s_sta: Array) -> None:
    """Let the grid stations of a section share on their droops what is more than they may give."""
    for i in range(p_sta.shape[1]):
        if s_sta[STA_HELD, i] == AT_LIMIT and source_in_section(s, r, section, p_sta, s_sta, i):
            s_sta[STA_HELD, i] = ABOVE_LIMIT


@scalar
def ring_load_flow(p: Array, s: Array, r: int, p_sta: Array, s_sta: Array) -> bool:
    """Load flow of ring `r` for the power its load stations take, with the limits of its grid stations.

    Parameters
    ----------
    p, s : (field, ring) arrays
        Parameters and this member's state; sections are up to date.
    r : int
        Ring.
    p_sta, s_sta : (field, station) arrays
        Stations, with their mode, limit and, on the load side, power_in.

    Returns
    -------
    bool
        False where the loads have no solution: the ring collapses. Node voltages, segment currents and losses
        are then those of no current.
    """
    for i in range(p_sta.shape[1]):
        if int(p_sta[STA_RING, i]) == r:
            s_sta[STA_HELD, i] = ON_DROOP
    solved = ring_solve(p, s, r, p_sta, s_sta)
    for _ in range(p_sta.shape[1]):
        if not solved or not hold_limits(p, s, r, p_sta, s_sta):
            break
        solved = ring_solve(p, s, r, p_sta, s_sta)
    ring_cables(p, s, r, solved)
    return solved


@scalar
def ring_cables(p: Array, s: Array, r: int, solved: bool) -> None:
    """Currents, losses and loading of the segments of ring `r` from its node voltages."""
    n = int(p[RING_NODES, r])
    nominal = p[RING_V_NOMINAL, r]
    loss = 0.0
    loading = 0.0
    lowest = 1e30
    for k in range(n):
        closed = circuits_closed(p, s, r, k)
        drop = s[RING_VOLTAGE_0 + k, r] - s[RING_VOLTAGE_0 + (k + 1) % n, r]
        current = drop * closed / p[RING_R_0 + k, r] if solved else 0.0
        s[RING_CURRENT_0 + k, r] = current
        s[RING_HEAT_0 + k, r] = drop * current
        loss += drop * current
        if closed > 0.0:
            loading = max(loading, abs(current) / (closed * p[RING_CURRENT_MAX, r]))
        if s[RING_VOLTAGE_0 + k, r] > 0.0:
            lowest = min(lowest, s[RING_VOLTAGE_0 + k, r] / nominal)
    s[RING_LOSS, r] = loss
    s[RING_LOADING, r] = loading
    s[RING_VOLTAGE_MIN, r] = lowest if lowest < 1e30 else 0.0
