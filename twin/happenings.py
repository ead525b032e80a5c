"""What happened, in words: changes of mode between two intervals, as events for the log."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import numpy as np

from twin.kernels import fields as f
from twin.kernels.scalar import Array
from twin.kernels.site import Site

CHANGED = {
    "station": f.STA_CHANGED,
    "bus": f.BUS_CHANGED,
    "genset": f.GEN_CHANGED,
    "ups": f.UPS_CHANGED,
    "pdu": f.PDU_CHANGED,
}

TOLD_ONE_BY_ONE = 4
"""More units than this that change together are told in one event."""

# Class, mode row, and what a change to each mode is called: (kind, sentence).
WORDS: dict[str, tuple[int, dict[int, tuple[str, str]]]] = {
    "station": (
        f.STA_MODE,
        {
            f.STA_WORKING: ("station working", "{unit} works again."),
            f.STA_BLOCKED: (
                "station blocked",
                "{unit} is blocked: its input is lost, or it is out of service.",
            ),
            f.STA_TRIPPED: ("station tripped", "{unit} has tripped by overload."),
        },
    ),
    "bus": (
        f.BUS_MODE,
        {
            f.BUS_ON_MAINS: ("mains restored", "{unit} is back on the mains."),
            f.BUS_DEAD: ("bus dead", "{unit} left the mains and has no source."),
            f.BUS_ON_LOCAL: ("bus on local sources", "{unit} is fed by its generators or storage."),
            f.BUS_OPENING: ("retransfer", "{unit} opens to return to the mains."),
            f.BUS_SYNCHRONISING: ("synchronising", "{unit} brings its sources in step with the mains."),
            f.BUS_PARALLEL: ("in parallel", "{unit} is on the mains and on local sources at once."),
        },
    ),
    "genset": (
        f.GEN_MODE,
        {
            f.GEN_CRANKING: ("genset called", "{unit} cranks."),
            f.GEN_RESTING: ("genset rests", "{unit} did not fire and rests before the next attempt."),
            f.GEN_RUNNING_UP: ("genset fires", "{unit} has fired and runs up."),
            f.GEN_READY: ("genset ready", "{unit} is at speed and voltage, its breaker open."),
            f.GEN_ON_BUS: ("genset on bus", "{unit} has closed onto its bus."),
            f.GEN_COOLING: ("genset cooling down", "{unit} runs unloaded before it stops."),
            f.GEN_STOPPED: ("genset stopped", "{unit} has stopped."),
            f.GEN_FAILED: ("genset failed", "{unit} is out of service, or has failed."),
            f.GEN_IN_REPAIR: ("genset in repair", "{unit} is being repaired."),
        },
    ),
    "ups": (
        f.UPS_MODE,
        {
            f.UPS_NORMAL: ("ups normal", "{unit} takes its input again."),
            f.UPS_ON_BATTERY: ("ups on battery", "{unit} carries its load from the battery."),
            f.UPS_ECO: ("ups eco", "{unit} puts its load on the static bypass: eco mode."),
            f.UPS_BYPASS: ("ups on bypass", "{unit} gives up: its load is on the raw voltage of its bus."),
            f.UPS_TEST: ("ups battery test", "{unit} tests its battery with its load."),
            f.UPS_OFF: ("ups off", "{unit} has switched off: it cannot carry the load."),
        },
    ),
}

# Besides its mode: class, row, row of the time, and what each value is called.
MARKS: dict[str, tuple[str, int, int, dict[int, tuple[str, str]]]] = {
    "ups_latched": (
        "ups",
        f.UPS_LATCHED,
        f.UPS_LATCHED_AT,
        {
            1: (
                "ups latched",
                "{unit} has counted too many disturbances: it stays off the mains until it is reset.",
            )
        },
    ),
    "ups_test": (
        "ups",
        f.UPS_TEST_RESULT,
        f.UPS_CHANGED,
        {
            f.UPS_PASSED: ("battery test passed", "{unit}: its battery has passed its test."),
            f.UPS_FAILED: ("battery test failed", "{unit}: its battery has failed its test."),
            f.UPS_BROKEN_OFF: ("battery test broken off", "{unit}: the battery test was broken off."),
        },
    ),
}

# PDU row, and what a change of a breaker to open (1) or of a switch to another source is called.
BREAKERS = {
    "pdu_open_a": (f.PDU_OPEN_A, "Side A of {unit} is open: its racks are on side B, or without power."),
    "pdu_open_b": (f.PDU_OPEN_B, "Side B of {unit} is open: its racks are on side A, or without power."),
}
TOLD_CAP = 0.01
"""A cap of less than this share of the dynamic power is not told of."""
SWITCHES = {"pdu_source_a": (f.PDU_SOURCE_A, "A"), "pdu_source_b": (f.PDU_SOURCE_B, "B")}

PLANTS = {
    "plant_trips": f.PLANT_CHILLER_TRIPS,
    "plant_restarting": f.PLANT_RESTARTING,
    "plant_free": f.PLANT_FREE_ON,
}
"""What is watched of plants."""


def modes(states: dict[str, Array]) -> dict[str, Array]:
    """Copies of the modes that are watched, and of when they changed."""
    watched = {name: states[name][:, row].copy() for name, (row, _) in WORDS.items()}
    watched["rack"] = states["rack"][:, f.RACK_MODE].copy()
    watched |= {name: states["pdu"][:, row].copy() for name, (row, _) in (BREAKERS | SWITCHES).items()}
    watched["throttled"] = (states["rack"][:, f.RACK_CAPPED] > TOLD_CAP).astype(np.float64)
    watched["cdu_dry"] = states["cdu"][:, f.CDU_DRY].copy()
    watched["rack_store"] = (states["rack"][:, f.RACK_STORE] > 0.0).astype(np.float64)
    watched["cold_store"] = states["plant"][:, f.PLANT_STORE_MODE].copy()
    watched |= {name: states["plant"][:, row].copy() for name, row in PLANTS.items()}
    watched |= {f"{name}_at": states[name][:, row].copy() for name, row in CHANGED.items()}
    for name, (block, row, at, _) in MARKS.items():
        watched |= {name: states[block][:, row].copy(), f"{name}_at": states[block][:, at].copy()}
    return watched


def changed(before: dict[str, Array], after: dict[str, Array]) -> bool:
    """Whether any watched mode differs, or went and came back; a cap that comes or goes needs no fine step."""
    return any(not np.array_equal(before[name], after[name]) for name in before if name != "throttled")


def happenings(
    site: Site, before: dict[str, Array], after: dict[str, Array], end: float
) -> Iterator[tuple[float, int, str, str, str]]:
    """Yield (time, member, kind, unit, sentence) for every change of mode in the interval that ended at `end`.

    Many units that change together are one event. The time is that of the electrical step in which the mode
    changed; of two changes of a unit within one interval the last is told. Racks and coolant levels are told at the
    interval's end.
    """
    told = [(name, name, words) for name, (_, words) in WORDS.items()]
    told += [(name, block, words) for name, (block, _, _, words) in MARKS.items()]
    for name, block, words in told:
        for mode, (kind, sentence) in words.items():
            turned = (before[name] != mode) & (after[name] == mode)
            if block == "ups":  # a plain connection is no UPS: its bus has told the story
                turned = turned & (site.params["ups"][0, f.UPS_DIRECT] <= 0.0)
            for member in np.nonzero(turned.any(axis=1))[0]:
                units = np.nonzero(turned[member])[0]
                labels = [site.names[block][unit] for unit in units]
                times = after[f"{name}_at"][member, units]
                if len(labels) <= TOLD_ONE_BY_ONE:
                    for label, at in zip(labels, times, strict=True):
                        yield float(at), int(member), kind, label, sentence.format(unit=label)
                else:
                    several = f"{labels[0]} ... {labels[-1]}"
                    text = f"{len(labels)} of {before[name].shape[1]} ({several}): {kind}."
                    yield float(times.min()), int(member), kind, several, text
    yield from row_happenings(site, before, after)
    at_end = (
        level_happenings(site, before["cdu_dry"], after["cdu_dry"]),
        plant_happenings(site, before, after),
        store_happenings(site, before["rack_store"], after["rack_store"]),
        throttle_happenings(before["throttled"], after["throttled"]),
        cold_happenings(site, before["cold_store"], after["cold_store"]),
        rack_happenings(before["rack"], after["rack"]),
    )
    for which, kind, label, text in chain.from_iterable(at_end):
        yield end, which, kind, label, text


def row_happenings(
    site: Site, before: dict[str, Array], after: dict[str, Array]
) -> Iterator[tuple[float, int, str, str, str]]:
    """Yield an event for every breaker of a row that opened or was reset, and every switch that transferred."""
    names, ups = site.names["pdu"], site.names["ups"]
    for name, (_, sentence) in BREAKERS.items():
        for member, unit in np.argwhere(before[name] != after[name]):
            at = float(after["pdu_at"][member, unit])
            if at == before["pdu_at"][member, unit]:
                continue  # moved from outside: the event that did it is told already
            if after[name][member, unit] > 0.0:
                yield at, int(member), "breaker opened", names[unit], sentence.format(unit=names[unit])
            else:
                text = f"Side {name[-1].upper()} of {names[unit]} is closed again."
                yield at, int(member), "breaker reset", names[unit], text
    for name, (_, side) in SWITCHES.items():
        for member, unit in np.argwhere(before[name] != after[name]):
            source = ups[int(after[name][member, unit])]
            text = f"Side {side} of {names[unit]} is now fed by {source}."
            yield float(after["pdu_at"][member, unit]), int(member), "switch transferred", names[unit], text


def level_happenings(site: Site, before: Array, after: Array) -> Iterator[tuple[int, str, str, str]]:
    """Yield an event for every CDU whose pumps tripped by a low level of coolant, or run again."""
    for member, unit in np.argwhere(before != after):
        label = site.names["cdu"][unit]
        if after[member, unit] > 0.0:
            yield (
                int(member),
                "coolant low",
                label,
                f"The pumps of {label} trip: its coolant is at its least level.",
            )
        else:
            yield int(member), "coolant filled up", label, f"{label} is filled up again: its pumps may run."


def plant_happenings(
    site: Site, before: dict[str, Array], after: dict[str, Array]
) -> Iterator[tuple[int, str, str, str]]:
    """Yield (member, kind, unit, sentence) for chillers that tripped or restarted, and for change-overs."""
    names = site.names["plant"]
    tripped = after["plant_trips"] - before["plant_trips"]
    for member, unit in np.argwhere(tripped > 0.0):
        text = f"{tripped[member, unit]:.0f} of the chillers of {names[unit]} tripped."
        yield int(member), "chillers tripped", names[unit], text
    for member, unit in np.argwhere((before["plant_restarting"] > 0.0) & (after["plant_restarting"] <= 0.0)):
        text = f"As many chillers of {names[unit]} have started again as its load takes."
        yield int(member), "chillers restarted", names[unit], text
    for member, unit in np.argwhere(before["plant_free"] != after["plant_free"]):
        is_open = after["plant_free"][member, unit] > 0.0
        text = f"{names[unit]} {'opens' if is_open else 'closes'} its economiser."
        yield int(member), "economiser open" if is_open else "economiser closed", names[unit], text


def store_happenings(site: Site, before: Array, after: Array) -> Iterator[tuple[int, str, str, str]]:
    """Yield one event per member whose rack stores ran empty in the interval."""
    has = site.params["rack"][0, f.RACK_STORE_KIND] == f.STORE_BACKUP
    counts = ((after <= 0.0) & (before > 0.0) & has).sum(axis=1)
    for member in np.nonzero(counts)[0]:
        text = f"The stores of {int(counts[member])} of {before.shape[1]} rack units are empty."
        yield int(member), "store empty", "racks", text


def throttle_happenings(before: Array, after: Array) -> Iterator[tuple[int, str, str, str]]:
    """Yield an event for every member whose racks began or ceased to cap their power in the interval."""
    for kind, turned, sentence in (
        (
            "racks throttled",
            after > before,
            "{count} of {racks} rack units cap their power: they are too warm.",
        ),
        ("racks not throttled", after < before, "{count} of {racks} rack units no longer cap their power."),
    ):
        counts = turned.sum(axis=1)
        for member in np.nonzero(counts)[0]:
            yield (
                int(member),
                kind,
                "racks",
                sentence.format(count=int(counts[member]), racks=before.shape[1]),
            )


def cold_happenings(site: Site, before: Array, after: Array) -> Iterator[tuple[int, str, str, str]]:
    """Yield an event for every cold store that takes over from its plant's machines, runs out, or is relieved."""
    told = {
        f.COLD_RIDES: ("cold store takes over", "The cold store of {unit} takes what its machines leave."),
        f.COLD_EMPTY: ("cold store empty", "The cold store of {unit} cannot hold the water any longer."),
        f.COLD_RESTS: (
            "cold store relieved",
            "The machines of {unit} cool its load again, not its cold store.",
        ),
    }
    for mode, (kind, sentence) in told.items():
        for member, unit in np.argwhere((before != mode) & (after == mode)):
            name = site.names["plant"][unit]
            yield int(member), kind, name, sentence.format(unit=name)


def rack_happenings(before: Array, after: Array) -> Iterator[tuple[int, str, str, str]]:
    """Yield one event per member and kind of change among its racks."""
    kinds = {
        f.RACK_OFF: ("racks lost", "{count} of {racks} rack units lost their power."),
        f.RACK_TOO_HOT: ("racks too hot", "{count} of {racks} rack units shut down by heat."),
        f.RACK_SHED: ("racks shed", "{count} of {racks} rack units shut down by order, to shed load."),
        f.RACK_RESTARTING: ("racks restarting", "{count} of {racks} rack units restart."),
        f.RACK_ON: ("racks working", "{count} of {racks} rack units work again."),
    }
    for mode, (kind, sentence) in kinds.items():
        counts = ((before != mode) & (after == mode)).sum(axis=1)
        for member in np.nonzero(counts)[0]:
            text = sentence.format(count=int(counts[member]), racks=before.shape[1])
            yield int(member), kind, "racks", text
