"""REopt's tables are what a Markov chain gives, and what the twin's kernels give within the error of a sample."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest

from twin.kernels.scalar import Array
from twin.validation.reopt_survival import case
from twin.validation.reopt_survival.site import HOUR, KW, KWH, Small, build


def markov(load: list[int], sets: int, p: float, usable: int, charge: int, length: int) -> float:
    """Share that survives `length` steps: sets and storage of 1 kW, `usable` kWh of which `charge` at the start.

    The state is (stored kWh, working sets); the order of a step is REopt's: fail, strike out, sum, move.
    """
    chance = np.zeros((usable + 1, sets + 1))
    chance[charge, sets] = 1.0
    failing = np.zeros((sets + 1, sets + 1))
    for n in range(sets + 1):
        for m in range(n + 1):
            failing[n, m] = comb(n, m) * (1 - p) ** m * p ** (n - m)
    for step in range(length):
        chance = chance @ failing
        moved = np.zeros_like(chance)
        for (stored, working), share in np.ndenumerate(chance):
            if working + min(1, stored) >= load[step]:
                change = max(min(working - load[step], 1), -1)
                moved[min(stored + change, usable), working] += share
        chance = moved
    return float(chance.sum())


@pytest.mark.parametrize("start", range(4))
def test_the_published_table_is_the_markov_chain(start: int) -> None:
    load = [[1, 2, 2, 1][(start + k) % 4] for k in range(3)]
    # 4 kWh of which the half below the lowest charge is not used; 1 kWh above it at the start.
    found = [markov(load, 2, case.FAILURE, 2, 1, length) for length in (1, 2, 3)]
    assert found == pytest.approx(list(case.TABLE_A[start]), abs=1e-12)
    if start == 0:
        assert found[2] == pytest.approx(case.LAST_B, abs=1e-12)


def test_the_case_holds() -> None:
    checks = case.run("cpu")
    assert [check for check in checks if not check.passed] == []
    assert len(checks) == 19


def test_the_exponential_clock_needs_the_rate_of_the_geometric_law() -> None:
    # The check is sharp enough to tell the two apart: with the mean of 5 steps taken as it is, it fails.
    small, draws = case.CASE_A, case.DRAWS
    naive = case.Risk(mttf=HOUR / case.FAILURE)
    found = case.outage(small, case.LOAD, np.zeros(draws), 3.0 * HOUR, case.HOURLY, naive, "cpu")
    lost = np.where(np.isnan(found.lost_after), np.inf, found.lost_after)
    got = float((lost >= 3.0 * HOUR - 1.0).mean())
    assert not case.share_check("", got, case.TABLE_A[0][2], case.DRAWS).passed


def test_survival_does_not_depend_on_the_members_beside() -> None:
    alone = case.survival(case.CASE_A, "cpu", draws=500)
    again = case.survival(case.CASE_A, "cpu", draws=500)
    assert np.array_equal(alone, again)


@pytest.mark.parametrize("step", [60.0, 600.0, 3600.0])
def test_a_lossless_battery_lasts_its_energy_at_any_step(step: float) -> None:
    small = Small(storage_power=2 * KW, storage_energy=10 * KWH)
    phase = case.Phase(float("inf"), step, 0, 1)
    found = case.outage(small, np.array([KW]), np.zeros(1), 12 * HOUR, (phase,), case.Risk(), "cpu")
    assert found.lost_after[0] == pytest.approx(10 * HOUR, abs=step + 1e-6)
    assert found.lost_after[0] <= 10 * HOUR + 1e-6


def test_the_small_site_has_one_of_each() -> None:
    site = build(Small(sets=3))
    counts = {name: len(names) for name, names in site.names.items() if names}
    assert counts == {
        "feed": 1, "bus": 1, "genset": 3, "battery": 2, "pcs": 1, "ups": 1, "pdu": 1, "rack": 1, "hall": 1, "plant": 1,
    }  # fmt: skip
    blocks: list[Array] = list(site.params.values())
    assert all(np.isfinite(block).all() for block in blocks)
