"""A complete scenario that the tests bend."""

from __future__ import annotations

from pathlib import Path

import pytest
from bent_scenario import Bend

SHIPPED = Path(__file__).parents[2] / "assets" / "scenarios"


@pytest.fixture
def hall() -> str:
    """Text of the shipped 2 MW hall."""
    return (SHIPPED / "hall-2mw.yaml").read_text(encoding="utf-8")


@pytest.fixture
def bend(tmp_path: Path, hall: str) -> Bend:
    """Write the hall with pieces of text replaced: pairs of old, new; every old must be there."""

    def write(*pairs: tuple[str, str]) -> Path:
        text = hall
        for old, new in pairs:
            assert old in text, f"{old!r} is no longer in hall-2mw.yaml"
            text = text.replace(old, new, 1)
        path = tmp_path / "bent.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write
