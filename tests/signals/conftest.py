"""Fixtures for the signals: the folder of real series, and a writer of small files."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def data() -> Path:
    folder = os.environ.get("TWIN_DATA")
    if not folder:
        pytest.skip("TWIN_DATA is unset: the real series are not on this machine")
    return Path(folder)


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    def write(content: str | bytes, name: str = "signal.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write
