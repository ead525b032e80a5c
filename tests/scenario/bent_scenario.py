"""What the tests of bad input share: load and catch the refusal, find the line of a text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from twin.errors import InputError
from twin.scenario import load

Bend = Callable[..., Path]


def refusal(path: Path | str, *overrides: str) -> InputError:
    """Return the InputError that loading raises."""
    with pytest.raises(InputError) as caught:
        load(path, overrides)
    return caught.value


def line_of(path: Path, text: str) -> int:
    """Return the first line of a file that holds `text`, counted from 1."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)
