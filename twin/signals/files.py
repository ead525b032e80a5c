"""Find a signal's file and turn its bytes into text, with every way that can go wrong said plainly."""

from __future__ import annotations

import gzip
import os
import zlib
from dataclasses import dataclass
from pathlib import Path

from twin.errors import InputError, Problem, nearest

_SPREADSHEET = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True)
class TextFile:
    """A data file as text.

    Attributes
    ----------
    path : where it was found.
    text : its content; UTF-8, a byte-order mark removed.
    source : the file name and, where one is stated beside or inside it, the upstream licence line.
    """

    path: Path
    text: str
    source: str


def locate(name: str | Path, base_dir: Path | None) -> Path:
    """Find a file: as given when absolute, else beside the scenario, else below the folder TWIN_DATA names.

    Raises
    ------
    InputError : no such file; the message lists every place looked at.
    """
    given = Path(name)
    data = os.environ.get("TWIN_DATA")
    if given.is_absolute():
        places = [given]
    else:
        places = [base_dir / given] if base_dir is not None else []
        places += [Path(data) / given] if data else []
    try:
        for place in places:
            if place.is_file():
                return place
        looked = [str(place) for place in places]
        looked += [] if data or given.is_absolute() else ["below TWIN_DATA, which is unset"]
        directory = next((str(place) for place in places if place.is_dir()), None)
        if directory is not None:
            raise InputError(f"'{directory}' is a folder; a signal needs one file in it")
        close = next((hit for place in places if (hit := _neighbour(place))), None)
    except (ValueError, OSError) as error:  # a null byte or an over-long name
        raise InputError(f"'{given!s}' is not a usable file name: {error}") from error
    hint = f"; did you mean '{close}'?" if close else ""
    raise InputError(f"file '{given}' not found; looked at: {'; '.join(looked)}{hint}")


def _neighbour(place: Path) -> str | None:
    if not place.parent.is_dir():
        return None
    return nearest(place.name, [entry.name for entry in place.parent.iterdir() if entry.is_file()])


def read_text(path: Path) -> TextFile:
    """Read a text file, unpacking gzip by its content rather than by its name.

    Raises
    ------
    InputError : unreadable, empty, truncated or damaged gzip, a spreadsheet, binary, or not UTF-8.
    """
    file = str(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(Problem(f"cannot read the file: {error.strerror}", file=file)) from error
    if data.startswith(_GZIP):
        try:
            data = gzip.decompress(data)
        except EOFError as error:
            raise InputError(
                Problem("the gzip file is truncated; copy or download it again", file=file)
            ) from error
        except (gzip.BadGzipFile, zlib.error) as error:
            raise InputError(Problem(f"the gzip file is damaged: {error}", file=file)) from error
    elif path.suffix == ".gz" and data:
        raise InputError(Problem("the name ends in .gz but the content is not gzip", file=file))
    text = _decode(data, file)
    return TextFile(path, text, _source(path, text))


def _decode(data: bytes, file: str) -> str:
    if not data.strip():
        raise InputError(Problem("the file is empty", file=file))
    if data.startswith(_SPREADSHEET):
        raise InputError(Problem("the file is a spreadsheet or archive; save the table as CSV", file=file))
    if b"\0" in data:
        raise InputError(Problem("the file is binary; expected text", file=file))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(
            Problem(
                f"byte 0x{data[error.start]:02x} is not UTF-8; save the file as UTF-8", file=file, line=line
            )
        ) from error


def _source(path: Path, text: str) -> str:
    """Name the file with its licence: from its own comment lines, else from SOURCE.txt in its folder."""
    comments = [line.lstrip("# ").strip() for line in text[:5000].split("\n") if line.startswith("#")]
    beside = path.parent / "SOURCE.txt"
    if beside.is_file():
        comments += beside.read_text(encoding="utf-8", errors="replace").splitlines()
    licence = next((line for line in comments if line.lower().startswith(("licence:", "license:"))), None)
    return f"{path.name}; {licence}" if licence else path.name
