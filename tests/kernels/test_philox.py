"""Philox gives the published words, and a draw depends on its address alone."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.kernels.philox import fill_uniform, philox, uniform

word = st.integers(0, 2**32 - 1)

# Random123 1.14, tests/kat_vectors: counter, key, words.
KNOWN = [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    (
        (0xFFFFFFFF,) * 4,
        (0xFFFFFFFF,) * 2,
        (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD),
    ),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]


def reference(counter: tuple[int, ...], key: tuple[int, ...]) -> tuple[int, ...]:
    """Philox4x32-10 as the paper writes it, with unbounded integers."""
    x, k = list(counter), list(key)
    for _ in range(10):
        p0, p1 = 0xD2511F53 * x[0], 0xCD9E8D57 * x[2]
        x = [(p1 >> 32) ^ x[1] ^ k[0], p1 % 2**32, (p0 >> 32) ^ x[3] ^ k[1], p0 % 2**32]
        k = [(k[0] + 0x9E3779B9) % 2**32, (k[1] + 0xBB67AE85) % 2**32]
    return tuple(x)


@pytest.mark.parametrize(("counter", "key", "words"), KNOWN)
def test_known_answers(counter: tuple[int, ...], key: tuple[int, ...], words: tuple[int, ...]) -> None:
    assert philox(*counter, *key) == words
    assert getattr(philox, "py_func", philox)(*counter, *key) == words
    assert reference(counter, key) == words


@given(st.tuples(word, word, word, word), st.tuples(word, word))
def test_every_counter_is_mixed_as_published(counter: tuple[int, ...], key: tuple[int, ...]) -> None:
    assert philox(*counter, *key) == reference(counter, key)


@given(st.integers(0, 2**63 - 1), word, word, word, word)
def test_uniform_lies_inside_the_open_interval(
    seed: int, member: int, unit: int, purpose: int, index: int
) -> None:
    value = uniform(seed, member, unit, purpose, index)
    assert 0.0 < value < 1.0
    words = reference((member, unit, purpose, index), (seed % 2**32, seed >> 32))
    assert value == ((words[0] >> 6) * 2**26 + (words[1] >> 6) + 0.5) / 2**52


def test_a_draw_does_not_depend_on_order_or_batch() -> None:
    members = np.arange(5000)
    whole = np.empty(5000)
    fill_uniform(whole, 7, members, 3, 2, 0)
    shuffled = np.random.default_rng(0).permutation(members)
    out = np.empty(5000)
    for part in np.array_split(shuffled, 7):
        piece = np.empty(part.size)
        fill_uniform(piece, 7, part, 3, 2, 0)
        out[part] = piece
    assert np.array_equal(out, whole)
    other = np.empty(5000)
    fill_uniform(other, 7, members, 4, 2, 0)
    assert abs(np.corrcoef(whole, other)[0, 1]) < 0.05


def test_uniform_is_uniform() -> None:
    from scipy.stats import kstest

    out = np.empty(20_000)
    fill_uniform(out, 1, np.arange(20_000), 0, 0, 0)
    assert kstest(out, "uniform").pvalue > 1e-3
    assert out.mean() == pytest.approx(0.5, abs=4 * np.sqrt(1 / 12 / 20_000))


def test_plain_python_draws_the_same() -> None:
    code = "from twin.kernels.philox import uniform; print(repr(uniform(2**62 + 12345, 4294967295, 3, 2, 1)))"
    env = os.environ | {"NUMBA_DISABLE_JIT": "1"}
    plain = subprocess.run(
        [sys.executable, "-P", "-c", code], env=env, capture_output=True, text=True, check=True
    )
    assert float(plain.stdout) == uniform(2**62 + 12345, 4294967295, 3, 2, 1)
