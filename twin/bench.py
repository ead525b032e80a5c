"""How fast the full step is on this machine: `twin bench`.

Every row is a measurement: the median of several runs after one that warms up. "Full step" is all of it: feeds,
buses, generators, UPS, PDUs, racks and batteries each 10 ms, halls and plant each second.
"""

from __future__ import annotations

import csv
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from twin.facility import Facility
    from twin.kernels.backend import Interval, Machine
    from twin.scenario.scenario import Scenario

STEP = 0.01
STEPS = 100
COLUMNS = {
    "case": "case",
    "backend": "backend",
    "threads": "threads",
    "members": "members",
    "racks": "racks",
    "wall_s": "wall clock [s]",
    "rack_steps_per_s": "rack-steps/s",
    "times_real_time": "x real time",
    "memory_mib": "blocks [MiB]",
}
# What a process does from its first line to a stepped hall; run twice with an empty cache.
FIRST_STEP = """
from twin.bench import Setup
Setup("hall-2mw").machine("{backend}", 1).step()
"""

Row = dict[str, Any]


@dataclass
class Load:
    """A machine with what it is told about each interval of one simulated second."""

    machine: Machine
    interval: Interval
    members: int
    racks: int
    memory: int

    def step(self, seconds: int = 1) -> None:
        """Advance and wait until it is done."""
        for _ in range(seconds):
            self.machine.advance(self.interval)
            start = self.interval.start + STEP * STEPS
            self.interval = replace(self.interval, start=start)
        # A launch on a device returns at once; its result does not.
        self.machine.states(("feed",))

    def working(self) -> float:
        """Share of racks that work; a benchmark of racks that are off would flatter."""
        from twin.kernels.fields import RACK_MODE, RACK_ON

        share: float = (self.machine.rows("rack", (RACK_MODE,)) == RACK_ON).mean()
        return share


class Setup:
    """A scenario built once, to be put on machines with any number of members."""

    def __init__(self, scenario: str | Scenario) -> None:
        from twin.facility import build
        from twin.scenario.load import load

        self.facility: Facility = build(load(scenario) if isinstance(scenario, str) else scenario)

    def machine(self, backend: str, members: int) -> Load:
        """Members side by side on a backend, on the mains at 60 % utilisation."""
        import numpy as np

        from twin.disturbances import none
        from twin.kernels import fields as f
        from twin.kernels.backend import Interval, open_machine

        site = self.facility.site
        states = {name: np.repeat(block, members, axis=0) for name, block in site.states.items()}
        blocks = [*site.params.values(), *states.values()]
        signal = np.zeros((members, len(f.SIGNAL.params)))
        signal[:, [f.SIG_FREQUENCY_0, f.SIG_FREQUENCY_1, f.SIG_F_NOMINAL]] = 50.0
        signal[:, f.SIG_VOLTAGE] = 1.0
        signal[:, f.SIG_T_DRY], signal[:, f.SIG_T_WET] = 25.0, 18.0
        signal[:, f.SIG_T_DEW], signal[:, f.SIG_PRESSURE], signal[:, f.SIG_HUMIDITY] = 14.0, 101325.0, 0.010
        interval = Interval(
            start=0.0,
            step=STEP,
            steps=STEPS,
            thermal_every=STEPS,
            trace_every=0,
            active=np.ones(members, dtype=np.int64),
            signal=signal,
            utilisation=np.full((members, len(self.facility.workloads)), 0.6),
            disturbances=none(),
        )
        memory = sum(block.nbytes for block in blocks)
        return Load(open_machine(backend, site, states), interval, members, site.racks, memory)


def median_time(run: Callable[[], None], repeats: int) -> float:
    """Median wall clock of a call [s], after one that warms up."""
    run()
    times = []
    for _ in range(repeats):
        before = time.perf_counter()
        run()
        times.append(time.perf_counter() - before)
    return statistics.median(times)


def row(case: str, backend: str, wall: float, **more: Any) -> Row:
    """A row of the table; what a case does not measure is None."""
    from numba import get_num_threads

    # The CPU loop takes no more threads than members.
    threads = min(get_num_threads(), more.get("members") or 1) if backend == "cpu" else None
    return (
        dict.fromkeys(COLUMNS) | {"case": case, "backend": backend, "threads": threads, "wall_s": wall} | more
    )


def full_step(case: str, setup: Setup, backend: str, members: int, repeats: int, target: float = 2e6) -> Row:
    """Time the full step; enough simulated seconds a run to make `target` rack-steps."""
    load = setup.machine(backend, members)
    each = members * load.racks * STEPS
    seconds = max(1, round(target / each))
    wall = median_time(lambda: load.step(seconds), repeats)
    if load.working() < 1.0:
        raise RuntimeError(
            f"{case}: {1.0 - load.working():.0%} of the racks are off, the timing would mislead"
        )
    return row(
        case, backend, wall,
        members=members, racks=load.racks,
        rack_steps_per_s=seconds * each / wall,
        times_real_time=seconds * STEP * STEPS / wall,
        memory_mib=load.memory / 2**20,
    )  # fmt: skip


def site_of(racks: int) -> Setup:
    """A site of `racks` racks in halls of a hundred, each hall with its own buses, UPS, generators and plant."""
    from twin.validation.benchmarks.halls import many_halls

    return Setup(many_halls(racks // 100))


def threads_rows(setup: Setup, members: int, repeats: int) -> list[Row]:
    """The CPU with one thread and with all."""
    from numba import get_num_threads, set_num_threads

    every = get_num_threads()
    rows = []
    for threads in sorted({1, every}):
        set_num_threads(threads)
        rows.append(full_step("threads", setup, "cpu", members, repeats))
    set_num_threads(every)
    return rows


def numpy_rows(setup: Setup, members: int, repeats: int) -> list[Row]:
    """The rack models alone: plain NumPy on one thread, then the kernels on one thread and on all."""
    import numpy as np
    from numba import get_num_threads, set_num_threads

    from twin.kernels import fields as f
    from twin.validation.benchmarks import numpy_step
    from twin.validation.benchmarks.rack_loop import run_racks

    load = setup.machine("cpu", members)
    load.step()
    site, states = setup.facility.site, load.machine.states()
    p, s = site.params["rack"][0], states["rack"].copy()
    ones = np.ones((members, site.racks))
    hall = p[f.RACK_HALL].astype(np.int64)
    cold, hot = (np.ascontiguousarray(states["hall"][:, k][:, hall]) for k in (f.HALL_T_COLD, f.HALL_T_HOT))

    def whole_arrays() -> None:
        for k in range(STEPS):
            numpy_step.electrical_step(p, s, ones, ones, k * STEP, STEP)
        numpy_step.thermal_step(p, s, cold, hot, 0.0, STEPS * STEP)

    def kernels() -> None:
        run_racks(p, s, ones, ones, states["hall"], states["cdu"], 0.0, STEP, STEPS, STEPS)

    each = members * site.racks * STEPS
    size = {"members": members, "racks": site.racks}
    every = get_num_threads()
    wall = median_time(whole_arrays, repeats)
    rows = [row("racks alone, NumPy", "numpy", wall, **size, threads=1, rack_steps_per_s=each / wall)]
    for threads in sorted({1, every}):
        set_num_threads(threads)
        wall = median_time(kernels, repeats)
        rows.append(row("racks alone, kernels", "cpu", wall, **size, rack_steps_per_s=each / wall))
    set_num_threads(every)
    return rows


def start_rows(backend: str, *, cold: bool) -> list[Row]:
    """Wall clock of a process that steps a hall once: with nothing compiled, and again."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | ({"TWIN_CACHE_DIR": folder} if cold else {})
        for case in ("first start, compiles", "second start") if cold else ("start", "second start"):
            before = time.perf_counter()
            subprocess.run(
                [sys.executable, "-P", "-c", FIRST_STEP.format(backend=backend)], env=environment, check=True
            )
            rows.append(row(case, backend, time.perf_counter() - before))
    return rows if cold else rows[1:]


def measure(backend: str, *, quick: bool) -> Iterator[Row]:
    """Rows of the benchmark as they are measured."""
    repeats = 3 if quick else 7
    hall = Setup("hall-2mw")
    yield full_step("ensemble", hall, backend, 64, repeats)
    if not quick:
        yield full_step("ensemble", hall, backend, 1024, repeats)
    yield full_step("campus in real time", Setup("campus-40mw"), backend, 1, repeats)
    for members in (1, 8, 64) if quick else (1, 2, 4, 8, 16, 32, 64):
        yield full_step("members", hall, backend, members, repeats)
    for racks in (100, 2000) if quick else (100, 500, 2000, 5000, 20000):
        yield full_step("racks", site_of(racks), backend, 1, repeats)
    if backend == "cpu":
        yield from threads_rows(hall, 64, repeats)
    yield from numpy_rows(hall, 64, repeats)
    yield from start_rows(backend, cold=not quick)


def run_bench(backend: str = "auto", quick: bool = False) -> list[Row]:
    """Measure the full step.

    Parameters
    ----------
    backend : str
        auto, cpu or cuda.
    quick : bool
        Fewer sizes and repeats, and no cold compilation.

    Returns
    -------
    list of dict
        One row a measurement, keys as in `COLUMNS`.

    Raises
    ------
    InputError
        For a backend that is not there, and for the simulator, whose times say nothing.
    """
    return list(measure(checked(backend), quick=quick))


def checked(backend: str) -> str:
    """Resolve the backend; the simulator is refused."""
    from twin.errors import InputError
    from twin.kernels.backend import choose

    name = choose(backend)
    if name == "sim":
        raise InputError(
            "the CUDA simulator checks answers; its times say nothing about a GPU. Use cpu or cuda"
        )
    return name


def device_of(backend: str) -> str:
    """Name of what is measured: the GPU, or the processor and its cores."""
    from twin.kernels.backend import gpu_name

    if backend == "cuda":
        return gpu_name()
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        named = re.search(r"model name\s*:\s*(.+)", info.read_text())
        model = named.group(1) if named else model
    return f"{model}, {os.cpu_count()} cores"


def cell(value: Any) -> str:
    """Number or word of the table; three figures are more than a timing is good for."""
    if value is None:
        return ""
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def line(values: Any) -> str:
    """One line of a Markdown table."""
    return "| " + " | ".join(values) + " |"


def memory_peak() -> str:
    """Largest resident memory of this process, in words, where the system tells."""
    try:
        import resource
    except ImportError:
        return "unknown"
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return f"{peak / (2**20 if sys.platform == 'darwin' else 2**10):.0f} MiB"


def save(folder: Path, device: str, rows: list[Row], text: list[str]) -> Path:
    """Write the rows as CSV and the table as Markdown, named after the device; the Markdown's path."""
    folder.mkdir(parents=True, exist_ok=True)
    name = "bench-" + re.sub(r"[^a-z0-9]+", "-", device.lower()).strip("-")
    with (folder / f"{name}.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(COLUMNS))
        writer.writeheader()
        writer.writerows(rows)
    table = folder / f"{name}.md"
    table.write_text("\n".join(text) + "\n")
    return table


def over_numpy(rows: list[Row]) -> list[str]:
    """How many times faster the kernels step racks than whole-array NumPy does, in a sentence."""
    speed = {(found["case"], found["threads"]): found["rack_steps_per_s"] for found in rows}
    plain = next((value for (case, _), value in speed.items() if case == "racks alone, NumPy"), None)
    ours = [(n, value) for (case, n), value in speed.items() if case == "racks alone, kernels"]
    if plain is None or not ours:
        return []
    told = ", ".join(f"{value / plain:.1f} times with {n} thread{'s' if n != 1 else ''}" for n, value in ours)
    return [f"The racks' step against the same step in plain NumPy on one thread: {told}."]


def bench_command(backend: str = "auto", *, quick: bool = False, output: Path | None = None) -> Iterator[str]:
    """Measure, line by line; with `output`, also write CSV and Markdown there."""
    name = checked(backend)
    device = device_of(name)
    text = [f"Full step on {device}, electrical step {STEP * 1e3:.0f} ms, thermal step 1 s", ""]
    text += [line(COLUMNS.values()), line(["---"] * len(COLUMNS))]
    yield from text
    rows = []
    for found in measure(name, quick=quick):
        rows.append(found)
        text.append(line(cell(found[key]) for key in COLUMNS))
        yield text[-1]
    closing = ["", *over_numpy(rows), f"Peak memory of the process: {memory_peak()}"]
    text += closing
    yield from closing
    if output is not None:
        yield f"wrote {save(output, device, rows, text)}"
