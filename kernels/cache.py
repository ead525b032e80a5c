"""Where compiled kernels are kept between starts: a folder named after the kernels' sources.

numba notices a change in the file of a cached function but not in the functions it calls. The folder is
therefore named by a hash of every kernel file and of the compilers' versions: any change compiles afresh.
"""

from __future__ import annotations

import getpass
import hashlib
import os
import shutil
import tempfile
from importlib import metadata
from pathlib import Path
from typing import Any

PREFIX = "kernels-"
KEPT = 4
"""Folders kept, newest first: a few versions of the kernels side by side, some 7 MB each."""


def sources_hash(folder: Path = Path(__file__).parent) -> str:
    """Hash of the kernel sources in `folder` and of the versions of numba and numba-cuda, 16 hex digits."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.py")):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    for package in ("numba", "numba-cuda"):
        try:
            digest.update(f"{package} {metadata.version(package)}".encode())
        except metadata.PackageNotFoundError:
            continue
    return digest.hexdigest()[:16]


def writable(folder: Path) -> bool:
    """Whether `folder` exists or can be made, and can be written to."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def prune(base: Path, keep: Path) -> None:
    """Remove all but the newest `KEPT` kernel folders of `base`, and never `keep`."""
    dated = []
    for path in base.glob(f"{PREFIX}*"):
        try:
            dated.append((path.stat().st_mtime, path))
        except OSError:  # another process has just removed it
            continue
    for _, path in sorted(dated, reverse=True)[KEPT:]:
        if path != keep:
            shutil.rmtree(path, ignore_errors=True)


def private_temporary() -> Path | None:
    """The user's own folder below the system's temporary one; None where it belongs to somebody else.

    Compiled kernels are loaded as they are found: a folder that others can write to would run their code.
    """
    try:
        folder = Path(tempfile.gettempdir()) / f"dctwin-{getpass.getuser()}"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()
    except (OSError, KeyError):
        return None
    if hasattr(os, "getuid") and (found.st_uid != os.getuid() or found.st_mode & 0o022):
        return None
    return folder


def cache_folder(base: Path) -> Path:
    """Folder below `base` for this version of the kernels, or a temporary one where `base` is not writable."""
    name = PREFIX + sources_hash()
    new = not (base / name).is_dir()
    if writable(base / name):
        if new:
            prune(base, base / name)
        return base / name
    private = private_temporary()
    if private is not None and writable(private / name):
        return private / name
    # A folder of its own costs a compilation at every start, but works wherever anything does.
    return Path(tempfile.mkdtemp(prefix="dctwin-"))


def place_cache() -> Path:
    """Point numba's cache at the folder for these kernels; before the first kernel is decorated.

    `TWIN_CACHE_DIR`, or else `NUMBA_CACHE_DIR`, names the place when the user has set it; else it is the user's
    cache folder by the conventions of the platform.
    """
    from numba import config
    from numba.misc import appdirs

    settings: Any = config
    conventions: Any = appdirs
    placed = Path(settings.CACHE_DIR)
    if placed.name.startswith(PREFIX):  # already, in this process
        return placed
    chosen = os.environ.get("TWIN_CACHE_DIR") or settings.CACHE_DIR
    base = Path(chosen or conventions.user_cache_dir("dctwin", appauthor=False))
    folder = cache_folder(base)
    settings.CACHE_DIR = str(folder)
    return folder
