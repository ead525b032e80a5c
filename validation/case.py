"""What a validation case is: a name, a published reference, checks with tolerances, and a figure.

A case is a folder with a `case.py` that defines `CASE`, and a README that says what is compared, what is
taken from the record and what is a choice. `twin.validate` finds the folders.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Check:
    """One quantity against its published value.

    Attributes
    ----------
    quantity : str
        What is compared.
    got : float or None
        Model; None when the check could not be made, and `note` says why.
    expected, tolerance : float
        Published value and largest difference that passes, in `unit`.
    unit : str
        Unit of the three.
    note : str
        Why it was not made, or what to know about it.
    """

    quantity: str
    got: float | None
    expected: float
    tolerance: float
    unit: str
    note: str = ""

    @property
    def passed(self) -> bool | None:
        """True or False; None when the check was not made. A result that is not a number fails."""
        if self.got is None:
            return None
        return bool(abs(self.got - self.expected) <= self.tolerance)

    def __str__(self) -> str:
        word = {True: "ok    ", False: "FAILED", None: "not run"}[self.passed]
        unit = "" if self.unit == "1" else f" {self.unit}"
        got = "" if self.got is None else f"{self.got:.6g}{unit}, "
        text = f"{word} {self.quantity}: {got}expected {self.expected:.6g} +- {self.tolerance:.2g}{unit}"
        return f"{text} ({self.note})" if self.note else text


@dataclass(frozen=True)
class Case:
    """A published case.

    Attributes
    ----------
    name : str
        Name of its folder.
    title, reference, source : str
        What it is, what it is compared with, and where that was published.
    run : callable
        `run(backend)` with 'auto', 'cpu', 'cuda' or 'sim' -> list of Check.
    figure : callable or None
        `figure()` -> plotly figure of the comparison.
    """

    name: str
    title: str
    reference: str
    source: str
    run: Callable[[str], list[Check]]
    figure: Callable[[], Any] | None = None


def measured(relative: str) -> tuple[Path | None, str]:
    """Return the path of a measured series below the folder TWIN_DATA names, or None and the reason."""
    folder = os.environ.get("TWIN_DATA")
    if not folder:
        return None, "not made: TWIN_DATA names no folder with measured series"
    path = Path(folder) / relative
    if not path.is_file():
        return None, f"not made: {relative} is not in the folder named by TWIN_DATA"
    return path, ""
