"""Compiled kernels are kept between starts, and never outlive the sources they were made from."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from twin.kernels import cache

WORKER = """
import sys
from pathlib import Path
from small_site import drive, open_small, small_site
from twin.kernels.step_cpu import run_interval
facility = small_site(Path(sys.argv[1]), full=False)
drive(open_small(facility, "cpu"), facility, seconds=1)
print(sum(run_interval.stats.cache_hits.values()), sum(run_interval.stats.cache_misses.values()))
"""


def start(folder: Path) -> tuple[int, int]:
    """Cache hits and misses of a process that steps a site once."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NUMBA_")}
    done = subprocess.run(
        [sys.executable, "-c", WORKER, str(folder)],  # finds small_site beside this file
        env=environment, cwd=Path(__file__).parent, capture_output=True, text=True, check=True,
    )  # fmt: skip
    hits, misses = done.stdout.split()
    return int(hits), int(misses)


def test_second_start_does_not_compile(tmp_path):
    start(tmp_path)
    assert start(tmp_path) == (1, 0)


def test_a_change_in_any_kernel_changes_the_folder(tmp_path):
    copy = tmp_path / "kernels"
    shutil.copytree(Path(cache.__file__).parent, copy, ignore=shutil.ignore_patterns("__pycache__"))
    before = cache.sources_hash(copy)
    assert before == cache.sources_hash()
    leaf = copy / "psu.py"
    leaf.write_text(leaf.read_text().replace("a3)))", "a3)) + 0.0)"))
    assert cache.sources_hash(copy) != before


def test_falls_back_where_the_cache_cannot_be_written(tmp_path, monkeypatch):
    """A file where the folder should be stops everyone, root included."""
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    folder = cache.cache_folder(blocked / "cache")
    assert folder.is_relative_to(tmp_path / "temporary")
    assert folder.name == cache.PREFIX + cache.sources_hash()
    assert cache.cache_folder(blocked / "cache") == folder


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="permissions of a POSIX system")
def test_a_folder_others_can_write_to_is_not_trusted(tmp_path, monkeypatch):
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    shared = cache.private_temporary()
    assert shared is not None
    shared.chmod(0o777)
    assert cache.private_temporary() is None
    assert not cache.cache_folder(blocked / "cache").is_relative_to(shared)


def test_old_versions_are_removed(tmp_path):
    for k in range(cache.KEPT + 2):
        folder = tmp_path / f"{cache.PREFIX}{k}"
        folder.mkdir()
        os.utime(folder, (k, k))
    (tmp_path / "something-else").mkdir()
    newest = cache.cache_folder(tmp_path)
    left = sorted(path.name for path in tmp_path.iterdir())
    assert newest.name in left
    assert "something-else" in left
    assert len(left) == cache.KEPT + 1
    assert f"{cache.PREFIX}0" not in left


def test_environment_names_the_place(tmp_path):
    code = "import twin.kernels.scalar, numba; print(numba.config.CACHE_DIR)"
    for name in ("TWIN_CACHE_DIR", "NUMBA_CACHE_DIR"):
        environment = {k: v for k, v in os.environ.items() if k not in ("TWIN_CACHE_DIR", "NUMBA_CACHE_DIR")}
        done = subprocess.run(
            [sys.executable, "-P", "-c", code],
            env=environment | {name: str(tmp_path / name)}, capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert Path(done.stdout.strip()).parent == tmp_path / name
