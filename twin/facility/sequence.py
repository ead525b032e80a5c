"""A sequence of operations as the numbers of the kernels, what it may not ask for, and in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from twin.errors import Problem
from twin.kernels.clock import NEVER
from twin.scenario.electrical import Bus
from twin.scenario.scenario import Scenario
from twin.scenario.sequence import MOST_PRIORITIES, LostStep


@dataclass(frozen=True)
class Back:
    """How a bus returns to its mains: after `wait` of good mains, how, and the times of that [s]."""

    wait: float
    transfer: str
    parallel: float
    within: float
    otherwise: str


@dataclass
class Timing:
    """What a bus does, and when [s].

    Attributes
    ----------
    detect : float
        Mains out of their window for so long are lost: the bus opens, the clocks below start.
    forms : dict of str to float, or None
        Storage that may form the bus, and after what time; None: all that can.
    call : dict of str to (float, float), or None
        Generators to when they are called, and the charge of storage below which; None: all, after `start`.
    start : float
        When generators are called that are not named.
    share, limit : float
        Share of sets that closes the bus, and the time after which it closes without.
    connect : dict of int to float
        Priority to its time on local sources.
    after_sets : bool
        Whether these times count from the first set on the bus.
    back : Back
        How it returns.
    stop : float
        How long generators are kept then.
    """

    detect: float
    start: float
    back: Back
    forms: dict[str, float] | None = None
    call: dict[str, tuple[float, float]] | None = None
    share: float = 1.0
    limit: float = NEVER
    connect: dict[int, float] = field(default_factory=dict)
    after_sets: bool = False
    stop: float = 0.0

    def called(self, group: str) -> tuple[float, float]:
        """When a generator group is called, and the charge of storage below which."""
        return (self.start, 1.0) if self.call is None else self.call.get(group, (NEVER, 1.0))


def timing(bus: Bus) -> Timing:
    """The times of a bus: of its sequence, or of its transfer switch."""
    transfer = bus.transfer
    back = Back(
        transfer.retransfer_delay, transfer.retransfer, transfer.parallel_time, transfer.synchronise_within,
        transfer.synchronise_failed,
    )  # fmt: skip
    short = Timing(detect=transfer.detect_delay, start=transfer.start_delay, back=back)
    if bus.sequence is None:
        return short
    found = Timing(detect=transfer.detect_delay, start=NEVER, back=back, forms={}, call={})
    now = 0.0
    for step in bus.sequence.mains_lost:
        now += step.wait
        since = now - found.detect
        if step.open is not None:
            found.detect = now
        elif step.form is not None and found.forms is not None:
            found.forms[step.form] = since
        elif step.start is not None and found.call is not None:
            below = step.when.storage_below if step.when else None
            found.call |= {name: (since, 1.0 if below is None else below) for name in step.start}
        elif step.close is not None:
            ready = step.when.ready if step.when else None
            found.share = 1.0 if ready is None else ready
            found.limit = NEVER if step.at_most is None else since + step.at_most
            found.after_sets, now = True, found.detect
        elif step.connect is not None:
            found.connect[step.connect] = _since_live(bus.sequence.mains_lost, step)
    for given in bus.sequence.mains_back:
        if given.transfer is not None:
            found.back = Back(
                given.wait, given.transfer,
                back.parallel if given.parallel is None else given.parallel,
                back.within if given.within is None else given.within,
                given.otherwise or back.otherwise,
            )  # fmt: skip
        else:
            found.stop = given.wait
    return found


def _since_live(steps: list[LostStep], which: LostStep) -> float:
    """Time from the bus being live on local sources, the last `close` or `form`, to a step that connects."""
    waited = 0.0
    for step in steps:
        waited += step.wait
        if step.close is not None or step.form is not None:
            waited = 0.0
        if step is which:
            break
    return waited


def impossible(scenario: Scenario) -> Iterator[Problem]:
    """Orders that the switchgear cannot carry out, each with its line."""
    for name, bus in scenario.electrical.buses.items():
        if bus.sequence is not None:
            at = f"electrical.buses.{name}.sequence"
            for key, message in (*_lost(scenario, name, bus), *_back(bus)):
                yield scenario.problem(f"{at}.{key}", message)


@dataclass
class Walk:
    """Where a sequence stands while it is checked, step by step."""

    scenario: Scenario
    name: str
    bus: Bus
    started: list[str] = field(default_factory=list)
    connected: list[int] = field(default_factory=list)
    live: bool = False
    closed: bool = False
    early: bool = False


def _lost(scenario: Scenario, name: str, bus: Bus) -> Iterator[tuple[str, str]]:
    steps = bus.sequence.mains_lost if bus.sequence else []
    walk = Walk(scenario, name, bus)
    if steps[0].open is None:
        yield "mains_lost.0", "the bus leaves its mains first: begin with {wait: ..., open: mains}"
    for k, step in enumerate(steps):
        key = f"mains_lost.{k}"
        if step.open is not None and k > 0:
            yield f"{key}.open", "the mains are open already"
        elif step.form is not None:
            yield from _forms(scenario, name, step.form, f"{key}.form", bool(walk.connected) or walk.closed)
            walk.live = True
        elif step.start is not None:
            yield from _starts(walk, step, key)
        elif step.close is not None:
            yield from _closes(walk, step, key)
        elif step.connect is not None:
            yield from _connects(walk, step.connect, key)
    if walk.connected:
        for level, what in priorities(bus).items():
            if level not in walk.connected:
                yield "mains_lost", f"priority {level} ({what}) is never connected"


def _starts(walk: Walk, step: LostStep, key: str) -> Iterator[tuple[str, str]]:
    electrical = walk.scenario.electrical
    for group in step.start or ():
        if group in electrical.generators and electrical.generators[group].bus != walk.name:
            yield f"{key}.start", f"{group!r} is on {electrical.generators[group].bus}, not on {walk.name}"
        if group in walk.started:
            yield f"{key}.start", f"{group!r} is started already"
        walk.started.append(group)
    waits_for_storage = step.when is not None and step.when.storage_below is not None
    if waits_for_storage and not any(s.bus == walk.name for s in electrical.storage.values()):
        yield f"{key}.when", f"there is no storage on {walk.name} whose charge could be low"


def _closes(walk: Walk, step: LostStep, key: str) -> Iterator[tuple[str, str]]:
    groups = step.close or []
    for group in groups:
        if group not in walk.started:
            yield f"{key}.close", f"{group!r} is not started before it closes"
    if walk.closed:
        yield f"{key}.close", "the generators of a bus close together: name them in one step"
    if walk.early:
        yield f"{key}.close", "blocks of load are connected all before or all after the generators close"
    if step.wait > 0.0:
        yield f"{key}.wait", "sets close when they are ready: use when and at_most"
    missing = sorted(set(walk.started) - set(groups))
    if missing:
        yield f"{key}.close", f"the generators of a bus close together: {', '.join(missing)} missing"
    walk.live = walk.closed = True


def _connects(walk: Walk, level: int, key: str) -> Iterator[tuple[str, str]]:
    walk.early = not walk.closed
    if not walk.live:
        yield f"{key}.connect", "nothing feeds the bus yet: form or close a source first"
    if level in walk.connected:
        yield f"{key}.connect", f"priority {level} is connected already"
    if level not in priorities(walk.bus):
        has = ", ".join(f"{n} {what}" for n, what in priorities(walk.bus).items())
        yield f"{key}.connect", f"nothing on {walk.name} has priority {level}: its loads are {has}"
    walk.connected.append(level)


def _forms(scenario: Scenario, bus: str, name: str, key: str, late: bool) -> Iterator[tuple[str, str]]:
    storage = scenario.electrical.storage.get(name)
    if storage is None:
        return
    if storage.bus != bus:
        yield key, f"{name!r} is on {storage.bus}, not on {bus}"
    elif not storage.converter.grid_forming:
        yield key, f"the converter of {name!r} is not grid-forming: it follows a voltage, it cannot make one"
    elif not storage.converter.black_start:
        yield key, f"the converter of {name!r} has no black start: it cannot form a bus that is dead"
    if late:
        yield key, "storage forms the bus before generators close and loads are connected"


def _back(bus: Bus) -> Iterator[tuple[str, str]]:
    sequence = bus.sequence
    if sequence is None:
        return
    started = {name for step in sequence.mains_lost for name in step.start or ()}
    transferred = stopped = False
    for k, step in enumerate(sequence.mains_back):
        key = f"mains_back.{k}"
        if step.transfer is not None:
            if transferred:
                yield f"{key}.transfer", "the bus is back on its mains already"
            transferred = True
        if step.stop is not None:
            if stopped or set(step.stop) != started:
                wanted = ", ".join(sorted(started)) or "none"
                yield f"{key}.stop", f"the generators of a bus stop together, once: {wanted} run"
            if not transferred:
                yield f"{key}.stop", "they carry the bus until it is transferred: transfer first"
            stopped = True


def priorities(bus: Bus) -> dict[int, str]:
    """Priority to what hangs on the bus with it."""
    found: dict[int, str] = {}
    for what, level in (
        ("UPS inputs", bus.loads.ups),
        ("cooling", bus.loads.cooling),
        ("charging", bus.loads.charging),
    ):
        found[level] = f"{found[level]} and {what}" if level in found else what
    return dict(sorted(found.items()))


def words(scenario: Scenario) -> list[str]:
    """The sequence of every bus, line by line; buses that do the same share a table."""
    tables: dict[tuple[str, ...], list[str]] = {}
    for name, bus in scenario.electrical.buses.items():
        tables.setdefault(tuple(_told(scenario, name, bus)), []).append(name)
    return [line for lines, names in tables.items() for line in (f"sequence of {', '.join(names)}:", *lines)]


def _told(scenario: Scenario, name: str, bus: Bus) -> Iterator[str]:
    t, electrical = timing(bus), scenario.electrical
    stores = [s for s, unit in electrical.storage.items() if unit.bus == name and unit.converter.grid_forming]
    groups = [g for g, unit in electrical.generators.items() if unit.bus == name and unit.count != 0]
    yield f"  {_time(t.detect):>9}  mains out of their window: lost, the bus opens"
    for s in stores:
        if t.forms is None or s in t.forms:
            after = bus.transfer.transition if t.forms is None else t.forms[s]
            delay = max(after, electrical.storage[s].converter.form_delay)
            yield f"  {'+' + _time(delay):>9}  {s} forms the bus"
    for g in groups:
        after, below = t.called(g)
        low = f", once storage is below {below:.0%}" if below < 1.0 else ""
        yield (
            f"  {'+' + _time(after):>9}  {g} is called{low}"
            if after < NEVER
            else f"  {'never':>9}  {g} is called"
        )
    if groups:
        late = f", or {_time(t.limit)} after opening" if t.limit < NEVER else ""
        yield f"  {'ready':>9}  sets close when {t.share:.0%} of those that can run are ready, or carry the load{late}"
    for level, delay in sorted(t.connect.items()):
        what = priorities(bus)[level]
        yield f"  {'+' + _time(delay):>9}  priority {level} is connected: {what}"
    how = {
        "open": "with a gap",
        "closed": "in parallel, without a gap",
        "soft": "in parallel, load ramping over",
    }
    yield f"  {_time(t.back.wait):>9}  mains good: the bus returns, {how[t.back.transfer]}"
    if groups:
        yield f"  {'+' + _time(t.stop):>9}  generators are let go"


def _time(seconds: float) -> str:
    if seconds < 1.0:
        return f"{seconds * 1e3:g} ms"
    return f"{seconds:g} s" if seconds < 120.0 else f"{seconds / 60.0:g} min"


def connect_delays(bus: Bus) -> dict[str, float]:
    """Parameters `connect_1` to `connect_8` of a bus."""
    given = timing(bus).connect
    return {f"connect_{k}": given.get(k, 0.0) for k in range(1, MOST_PRIORITIES + 1)}
