"""How much memory there is, so that a run too large for it is refused before it starts."""

from __future__ import annotations

import os
from pathlib import Path


def total_memory() -> float:
    """Memory of the machine [bytes]."""
    return float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))


def memory_limit() -> float | None:
    """Memory the container of this process may use [bytes]; None without a limit."""
    return control_group(Path("/sys/fs/cgroup/memory.max"))


def available_memory() -> float:
    """Memory that a process can still have [bytes]: what caches hold can be had, too."""
    meminfo = Path("/proc/meminfo")
    if meminfo.is_file():
        rows = dict(line.split(":", 1) for line in meminfo.read_text(encoding="ascii").splitlines())
        free = float(rows["MemAvailable"].split()[0]) * 1024.0
    else:
        free = float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_AVPHYS_PAGES"))
    limit = memory_limit()
    return free if limit is None else min(free, limit)


def control_group(path: Path) -> float | None:
    """Return the limit in a file of Linux control groups: a number, or a quota over its period; None for none."""
    try:
        parts = path.read_text(encoding="ascii").split()
        return float(parts[0]) / (float(parts[1]) if len(parts) > 1 else 1.0)
    except (OSError, ValueError, IndexError):
        return None


def in_words(size: float) -> str:
    """Return a number of bytes as GiB."""
    return f"{size / 2**30:,.1f} GiB"
