"""The package that is installed is the package that is here."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

import twin

ROOT = Path(__file__).parent.parent
MAPPED = {"twin": "twin", "twin.kernels": "kernels", "twin.assets": "assets", "twin.validation": "validation"}


def project() -> dict[str, object]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_every_package_folder_is_listed() -> None:
    listed = set(project()["tool"]["setuptools"]["packages"])  # type: ignore[index]
    found = set()
    for package, folder in MAPPED.items():
        for init in (ROOT / folder).rglob("__init__.py"):
            parts = init.parent.relative_to(ROOT / folder).parts
            found.add(".".join((package, *parts)))
    assert listed == found


def test_the_version_is_said_once() -> None:
    assert project()["project"]["version"] == twin.__version__  # type: ignore[index]


@pytest.mark.parametrize("folder", ["twin", "kernels", "assets", "validation", "tests"])
def test_every_top_folder_has_a_readme(folder: str) -> None:
    text = (ROOT / folder / "README.md").read_text(encoding="utf-8")
    assert len(text) > 200


def test_no_file_is_over_400_lines_or_a_megabyte() -> None:
    for pattern in ("twin/**/*", "kernels/**/*", "assets/**/*", "validation/**/*", "tests/**/*"):
        for path in ROOT.glob(pattern):
            if path.is_file() and "__pycache__" not in path.parts:
                assert path.stat().st_size < 1_000_000, path
                if path.suffix == ".py":
                    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400, path
