"""Files that survive: written in full or not at all, and failures told with path and cause."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from twin.errors import InputError, Problem


class Sink:
    """A file that HDF5 writes to and that never fails in its face.

    HDF5 cannot close a file whose last write failed: it keeps the handle and crashes the process at exit. So
    the first failure is kept for us, and what comes after it stays in memory until HDF5 has closed.

    Parameters
    ----------
    path : file to create.

    Attributes
    ----------
    error : the first failure, or None.
    """

    def __init__(self, path: Path) -> None:
        self.file = path.open("w+b", buffering=0)
        self.error: OSError | None = None
        self._spilled: list[tuple[int, bytes]] = []

    def write(self, data: Any) -> int:
        """Write `data` where the file stands."""
        raw = bytes(data)
        at = self.file.tell()
        if self.error is None:
            try:
                write_all(self.file, at, raw)
                return len(raw)
            except OSError as error:
                self.error = error
        self._spilled.append((at, raw))
        self.file.seek(at + len(raw))
        return len(raw)

    def readinto(self, buffer: Any) -> int:
        """Fill `buffer` from where the file stands."""
        view = memoryview(buffer).cast("B")
        at = self.file.tell()
        view[:] = bytes(len(view))
        self.file.readinto(view)
        for start, raw in self._spilled:
            low, high = max(at, start), min(at + len(view), start + len(raw))
            if low < high:
                view[low - at : high - at] = raw[low - start : high - start]
        self.file.seek(at + len(view))
        return len(view)

    def seek(self, offset: int, whence: int = 0) -> int:
        """Move to `offset`."""
        return self.file.seek(offset, whence)

    def tell(self) -> int:
        """Return where the file stands."""
        return self.file.tell()

    def truncate(self, size: int) -> int:
        """Set the size of the file."""
        if self.error is None:
            try:
                return self.file.truncate(size)
            except OSError as error:
                self.error = error
        return size

    def flush(self) -> None:
        """Do nothing: the file is not buffered."""

    def close(self) -> None:
        """Close the file, durably; raise the first failure."""
        try:
            if self.error is not None:
                raise self.error
            os.fsync(self.file.fileno())
        finally:
            self.file.close()


def write_all(file: Any, at: int, data: Any) -> None:
    """Write all of `data` to the unbuffered `file` from offset `at`; a system call may take only a part."""
    view = memoryview(data).cast("B")
    file.seek(at)
    while view.nbytes:
        view = view[file.write(view) :]


def beside(path: Path, ending: str) -> Path:
    """Return the name of a companion of `path` in the same folder."""
    return path.with_name(f"{path.name}.{ending}")


@contextlib.contextmanager
def explained(path: Path, new: Path | None = None) -> Iterator[None]:
    """Turn a failed write into an `InputError` naming `path` and the cause; remove the half-made `new`."""
    try:
        yield
    except OSError as error:
        if new is not None:
            with contextlib.suppress(OSError):
                new.unlink(missing_ok=True)
        cause = error.strerror or str(error)
        hint = ""
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            hint = "; free some space or write the result elsewhere"
        elif error.errno == errno.ENOENT:
            hint = f"; the folder {path.parent} does not exist"
        raise InputError(Problem(f"cannot be written: {cause}{hint}", str(path))) from error


def reserve(path: Path) -> None:
    """Reserve the room of the sparse file `path`, where the file system can; OSError when it is too small."""
    if not hasattr(os, "posix_fallocate"):
        return
    with path.open("r+b") as file:
        found = os.fstat(file.fileno())
        size = found.st_size
        # Asked for first, because some file systems fill the disk before they notice.
        if size - 512 * found.st_blocks > shutil.disk_usage(path).free:
            raise OSError(errno.ENOSPC, f"{os.strerror(errno.ENOSPC)} (needs {size / 1e9:.1f} GB)")
        try:
            os.posix_fallocate(file.fileno(), 0, size)
        except OSError as error:
            if error.errno not in (errno.EOPNOTSUPP, errno.EINVAL, errno.ENOSYS):
                raise
        os.fsync(file.fileno())


def sync_folder(path: Path) -> None:
    """Make the renaming of `path` durable, where the system lets a folder be synchronised."""
    if os.name != "posix":
        return
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
