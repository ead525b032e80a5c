"""Common causes, repair, maintenance and other equipment: draws against their closed forms."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pytest

from twin.ensemble import Draws, DurationLaw, draw, put
from twin.ensemble.risks import away, repair_times, split_chance
from twin.errors import InputError
from twin.facility import build
from twin.facility.risk import GroupRisk, SiteRisk
from twin.kernels import fields as f
from twin.scenario.load import load

LAW = DurationLaw(median=3600.0, sigma=1.0, longest=86400.0)
MEMBERS = 40_000


@dataclass
class Risk:
    availability: float = 1.0
    start_failure: float = 0.2
    mttf: float = 7200.0


def drawn(group: GroupRisk, sets: int = 4, **risk: float) -> Draws:
    return draw(3, np.arange(MEMBERS), LAW, 3.15e7, [Risk(**risk)] * sets, SiteRisk(groups=(group,)))


def three_errors(p: float) -> float:
    return 3.0 * math.sqrt(p * (1.0 - p) / MEMBERS)


def k_of_n(k: int, n: int, r: float) -> float:
    return sum(math.comb(n, i) * (1.0 - r) ** i * r ** (n - i) for i in range(k, n + 1))


@pytest.mark.parametrize("beta", [0.0, 0.1, 0.5, 1.0])
def test_k_of_n_starts_with_a_common_cause(beta: float) -> None:
    q = 0.2
    found = drawn(GroupRisk(sets=(0, 1, 2, 3), beta_start=beta), start_failure=q).start_fails
    common, own = split_chance(q, beta)
    for k in (1, 2, 3, 4):
        expected = (1.0 - common) * k_of_n(k, 4, own)
        assert ((~found).sum(axis=1) >= k).mean() == pytest.approx(
            expected, abs=three_errors(expected) + 1e-12
        )
    # The chance of one set stays what it was.
    assert found[:, 0].mean() == pytest.approx(q, abs=three_errors(q))


@pytest.mark.parametrize("beta", [0.0, 0.1, 1.0])
def test_k_of_n_run_through_with_a_common_cause(beta: float) -> None:
    time, mttf = 1800.0, 7200.0
    found = drawn(GroupRisk(sets=(0, 1, 2, 3), beta_run=beta), mttf=mttf).run_left
    r = 1.0 - math.exp(-(1.0 - beta) * time / mttf)
    for k in (1, 3):
        expected = math.exp(-beta * time / mttf) * k_of_n(k, 4, r)
        got = ((found > time).sum(axis=1) >= k).mean()
        assert got == pytest.approx(expected, abs=three_errors(expected))
    assert (found[:, 0] > time).mean() == pytest.approx(
        math.exp(-time / mttf), abs=three_errors(math.exp(-0.25))
    )


def test_nothing_more_leaves_the_draws_as_they_were() -> None:
    plain = draw(3, np.arange(500), LAW, 1e7, [Risk()] * 3)
    group = GroupRisk(sets=(0, 1, 2), attempts=3)
    more = draw(3, np.arange(500), LAW, 1e7, [Risk()] * 3, SiteRisk(groups=(group,), feeds=(0.0,)))
    for name in ("duration", "start", "unavailable", "start_fails", "run_left"):
        assert np.array_equal(getattr(plain, name), getattr(more, name))


def test_draws_depend_on_their_address_alone() -> None:
    group = GroupRisk(
        sets=(0, 1), beta_start=0.3, beta_run=0.2, repair=3600.0, repair_sigma=1.0, attempts=3, attempt_failure=0.4,
        attempt_common=0.2, away=3.6e6, one_at_a_time=True,
    )  # fmt: skip
    site = SiteRisk((group,), ((9, 0.1),), ((4, 0.1),), (0.1, 0.0))
    whole = draw(3, np.arange(60), LAW, 1e7, [Risk()] * 2, site)
    part = draw(3, np.arange(20, 40), LAW, 1e7, [Risk()] * 2, site)
    for name in ("unavailable", "start_fails", "run_left", "away", "attempts_failed", "repair", "modules_out",
                 "strings_out", "feeds_out"):  # fmt: skip
        assert np.array_equal(getattr(whole, name)[20:40], getattr(part, name))


def test_attempts_fail_one_by_one_or_all_for_one_cause() -> None:
    p, common, n = 0.3, 0.2, 3
    group = GroupRisk(sets=(0,), attempts=n, attempt_failure=p, attempt_common=common)
    found = drawn(group, sets=1)
    stays, each = split_chance(p, common)
    lockout = stays + (1.0 - stays) * each**n
    assert found.start_fails.mean() == pytest.approx(lockout, abs=three_errors(lockout))
    for failed in (0, 1, 2):
        expected = (1.0 - stays) * each**failed * (1.0 - each)
        got = (found.attempts_failed[:, 0] == failed).mean()
        assert got == pytest.approx(expected, abs=three_errors(expected))
    # One attempt alone fails with the chance given.
    assert (found.attempts_failed[:, 0] > 0).mean() == pytest.approx(p, abs=three_errors(p))


@pytest.mark.parametrize("sigma", [None, 0.7])
def test_mean_unavailability_is_repair_over_the_cycle(sigma: float | None) -> None:
    mttf, mttr = 7200.0, 1800.0
    found = drawn(GroupRisk(sets=(0,), repair=mttr, repair_sigma=sigma), sets=1, mttf=mttf)
    down, up = found.repair[:, 0], found.run_left[:, 0]
    share = down.sum() / (down.sum() + up.sum())
    # Standard error of the share from those of both means, by first-order propagation.
    spread = 1.0 if sigma is None else math.sqrt(math.expm1(sigma**2))
    exact = mttr / (mttr + mttf)
    error = exact * (1.0 - exact) * math.sqrt((1.0 + spread**2) / MEMBERS)
    assert share == pytest.approx(exact, abs=3.0 * error)


def test_without_a_repair_time_nothing_is_repaired() -> None:
    assert np.isinf(repair_times(GroupRisk(sets=(0,)), lambda *_: np.full(3, 0.5))).all()


@pytest.mark.parametrize("alone", [False, True])
def test_maintenance_takes_its_share_of_the_year(alone: bool) -> None:
    share = 0.1
    group = GroupRisk(sets=(0, 1, 2, 3), away=share * 8766.0 * 3600.0, one_at_a_time=alone)
    found = drawn(group)
    assert found.away.mean(axis=0) == pytest.approx(share, abs=three_errors(share))
    both = (found.away.sum(axis=1) > 1).mean()
    assert both == 0.0 if alone else both > 0.01
    assert (found.unavailable == found.away).all()


def test_a_calendar_takes_the_set_in_its_window() -> None:
    group = GroupRisk(sets=(4, 5), windows=((1, 100.0, 200.0),))
    found = away(group, np.array([99.0, 100.0, 199.0, 200.0]), lambda *_: np.zeros(4))
    assert found.tolist() == [[False, False], [False, True], [False, True], [False, False]]


def test_modules_strings_and_feeds_are_out_as_often_as_said() -> None:
    site = SiteRisk(modules=((9, 0.05), (0, 0.0)), strings=((4, 0.1), (1, 0.0)), feeds=(0.2, 0.0))
    found = draw(3, np.arange(MEMBERS), LAW, 1e7, [], site)
    assert found.modules_out.mean(axis=0) == pytest.approx(
        [0.45, 0.0], abs=3.0 * math.sqrt(9 * 0.05 / MEMBERS)
    )
    none = 0.95**9
    assert (found.modules_out[:, 0] == 0).mean() == pytest.approx(none, abs=three_errors(none))
    assert set(np.unique(found.strings_out[:, 0])) <= {0.0, 0.25, 0.5, 0.75, 1.0}
    assert found.feeds_out.mean(axis=0) == pytest.approx([0.2, 0.0], abs=three_errors(0.2))


KEYS = (
    "electrical.generators.gen-a.reliability={mttr: 38 h, common_cause: {start: 0.1, run: 0.05}, "
    "attempt_failure: 0.05, maintenance: {per_year: 48 h, one_at_a_time: true}}",
    "electrical.ups.ups-1.reliability={module_unavailability: 0.5}",
    "electrical.feeds.feed-b={reliability: {unavailability: 0.5}}",
)


def test_a_scenario_says_all_of_it() -> None:
    facility = build(load("hall-2mw", KEYS))
    first, second = facility.risk.groups
    assert first == GroupRisk(
        sets=(0, 1), beta_start=0.1, beta_run=0.05, repair=38 * 3600.0, attempts=3, attempt_failure=0.05,
        away=48 * 3600.0, one_at_a_time=True,
    )  # fmt: skip
    assert second == GroupRisk(sets=(2, 3), attempts=3)
    assert facility.risk.modules == ((9, 0.5), (9, 0.5))
    assert facility.risk.feeds == (0.0, 0.5)
    drawn_ = draw(1, np.arange(8), LAW, 1.0, facility.genset_risk, facility.risk)
    states = {name: np.repeat(block, 8, axis=0) for name, block in facility.site.states.items()}
    put(drawn_, np.arange(8), states)
    assert np.array_equal(states["ups"][:, f.UPS_MODULES_OUT], drawn_.modules_out)
    out = states["feed"][:, f.FEED_OUTAGE_START, 1] == 0.0
    assert np.array_equal(out, drawn_.feeds_out[:, 1]) and 0 < out.sum() < 8


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("electrical.generators.gen-a.reliability={maintenance: {per_year: 5000 h, one_at_a_time: true}}",
         "longer than a year"),
        ("electrical.generators.gen-a.reliability={maintenance: {windows: [{set: 3, start: 2024-07-01T00:00:00Z, "
         "duration: 8 h}]}}", "gen-a has 2 sets"),
        ("electrical.generators.gen-a.reliability={mtrr: 4 h}", "did you mean 'mttr'?"),
        ("electrical.generators.gen-a.reliability={maintenance: {one_at_a_time: true}}", "exactly one of"),
    ],
)  # fmt: skip
def test_reliability_that_cannot_be_is_refused(key: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        build(load("hall-2mw", [key]))
