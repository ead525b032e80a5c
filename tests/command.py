"""The installed command `twin`, run as a user runs it."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

TWIN = str(Path(sys.executable).with_name("twin"))


def environment(**changes: str) -> dict[str, str]:
    """This process's environment without TWIN_DATA, and with `changes`."""
    return {name: value for name, value in os.environ.items() if name != "TWIN_DATA"} | changes


def twin(
    *arguments: str | Path, folder: Path | None = None, file_size: int | None = None, **changes: str
) -> subprocess.CompletedProcess[str]:
    """Run `twin`; `file_size` [bytes] limits every file it writes, as a full disk would."""

    def limit() -> None:
        if file_size is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (file_size, file_size))

    return subprocess.run(
        [TWIN, *map(str, arguments)], capture_output=True, text=True, env=environment(**changes), cwd=folder,
        preexec_fn=limit, timeout=300, check=False,
    )  # fmt: skip
