"""State of every node of the one-line diagram at an instant, in the words of the diagram."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twin.kernels import fields
from twin.result import Result

OK, LOCAL, IDLE, HOT, LOST, UNKNOWN = "ok", "local", "idle", "hot", "lost", "unknown"
# From bad to good: a group of equal equipment shows its worst.
ORDER = (LOST, HOT, LOCAL, OK, IDLE, UNKNOWN)

State = tuple[str, str]

_MODES: dict[str, dict[int, State]] = {
    "bus": {
        fields.BUS_ON_MAINS: (OK, "on mains"),
        fields.BUS_DEAD: (LOST, "dead"),
        fields.BUS_ON_LOCAL: (LOCAL, "on local sources"),
        fields.BUS_OPENING: (LOST, "transferring"),
        fields.BUS_SYNCHRONISING: (LOCAL, "synchronising with the mains"),
        fields.BUS_PARALLEL: (OK, "on mains and local sources"),
    },
    "genset": {
        fields.GEN_STOPPED: (IDLE, "standing by"),
        fields.GEN_CRANKING: (IDLE, "cranking"),
        fields.GEN_RESTING: (IDLE, "resting between cranks"),
        fields.GEN_RUNNING_UP: (IDLE, "running up"),
        fields.GEN_READY: (IDLE, "ready"),
        fields.GEN_ON_BUS: (LOCAL, "on the bus"),
        fields.GEN_COOLING: (IDLE, "cooling down"),
        fields.GEN_FAILED: (LOST, "failed"),
        fields.GEN_IN_REPAIR: (LOST, "in repair"),
    },
    "pcs": {
        fields.PCS_OFF: (IDLE, "off"),
        fields.PCS_FOLLOWING: (OK, "following the grid"),
        fields.PCS_FORMING: (LOCAL, "carrying the bus"),
    },
    "ups": {
        fields.UPS_OFF: (LOST, "off"),
        fields.UPS_NORMAL: (OK, "normal"),
        fields.UPS_ON_BATTERY: (LOCAL, "on battery"),
        fields.UPS_ECO: (OK, "eco mode"),
        fields.UPS_BYPASS: (LOCAL, "on bypass"),
        fields.UPS_TEST: (LOCAL, "battery test"),
    },
    "rack": {
        fields.RACK_OFF: (LOST, "off"),
        fields.RACK_ON: (OK, "working"),
        fields.RACK_RESTARTING: (LOST, "restarting"),
        fields.RACK_TOO_HOT: (HOT, "too hot"),
    },
}


def _feed(value: float) -> State:
    if value < 0.5:
        return LOST, "lost"
    return (OK, "present") if value > 0.9 else (LOCAL, f"sagging, {100 * value:.0f} %")


def _served(words: str) -> Callable[[float], State]:
    return lambda value: (OK, words) if value > 0.5 else (LOST, "without power")


_LEVELS: dict[str, tuple[str, Callable[[float], State]]] = {
    "feed": ("voltage", _feed),
    "hall": ("served", _served("air handlers on")),
    "cdu": ("speed", _served("pumps on")),
    "plant": ("served", _served("cooling")),
}


def states_at(result: Result, nodes: list[dict[str, Any]], t: float, member: int | None) -> dict[str, State]:
    """Return the state of each node at run time `t` [s]: a class of state and a word for it.

    A PDU records no mode of its own: it is as good as the UPS systems behind it.
    """
    recorded: dict[tuple[str, str], State] = {}
    for kind, meanings in _MODES.items():
        if result.has(kind, "mode"):
            modes = result.at(kind, "mode", t, member)
            for name, mode in zip(result.units(kind), modes, strict=True):
                recorded[kind, name] = meanings.get(int(mode), (UNKNOWN, f"mode {int(mode)}"))
    for kind, (channel, level) in _LEVELS.items():
        if result.has(kind, channel):
            values = result.at(kind, channel, t, member)
            for name, value in zip(result.units(kind), values, strict=True):
                recorded[kind, name] = (UNKNOWN, "") if math.isnan(value) else level(float(value))
    found = {}
    for node in nodes:
        names = (node["id"], str(node.get("label", "")))
        known = [recorded[node["kind"], name] for name in names if (node["kind"], name) in recorded]
        found[node["id"]] = known[0] if known else (UNKNOWN, "")
    for node in nodes:
        if node["kind"] == "pdu":
            found[node["id"]] = _behind([found[p] for p in node["parents"] if p in found])
    return found


def _behind(sources: list[State]) -> State:
    known = [state for state, _ in sources if state != UNKNOWN]
    if not known:
        return UNKNOWN, ""
    lost = known.count(LOST)
    if lost == len(known):
        return LOST, "no supply"
    if lost:
        return LOCAL, "one side lost"
    return (LOCAL, "on battery") if LOCAL in known else (OK, "supplied")


def instants(result: Result, nodes: list[dict[str, Any]], member: int | None, most: int = 60) -> list[float]:
    """Return the instants the diagram can show: evenly spaced ones, and those just after each event."""
    groups = [g for g in ("ups", "bus", "feed", "rack") if result.has(g)]
    if not groups:
        return []
    time: NDArray[np.float64] = result.time(groups[0])
    even = np.linspace(time[0], time[-1], most // 2)
    around = [e.t + result.attrs["interval"] for e in result.events if time[0] <= e.t <= time[-1]]
    return sorted({round(float(t), 3) for t in [*even, *around[: most // 2]]})


def key_instants(frames: list[dict[str, State]]) -> tuple[int, int, int]:
    """Return the frames that tell the story: before, during (the most equipment lost) and after."""
    bad = [sum(state in (LOST, HOT) for state, _ in f.values()) for f in frames]
    worst = int(np.argmax(bad))
    if not any(bad):
        local = [sum(state == LOCAL for state, _ in f.values()) for f in frames]
        worst = int(np.argmax(local))
    return 0, worst, len(frames) - 1
