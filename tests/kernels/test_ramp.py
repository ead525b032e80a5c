"""Limits on how fast a site's import may change: kept while storage can, and let go when it cannot."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from site_builder import DIRECT, Rig, make_site

from twin.kernels import fields as f

IESO = 20e6 / 60.0
"""20 MW a minute [W/s]."""
ERCOT = 10e6 / 5.0
"""At most 10 MW peak to peak in any 5 s, proposed [W/s]."""


def site(
    limit: float, load: float, power: float = 60e6, hours: float = 1.0, soc: float = 0.5, **wave: float
) -> Rig:
    """A campus on one bus, without UPS, and storage beside it."""
    charge = power * hours * 3600.0
    rack = {"power_idle": 0.0, "power_peak": load, "psu_power_rated": load, "curve": 1.0} | wave
    transformer = {"transformer_loss_load": 0.007 * 2 * load, "transformer_power_rated": 2 * load}
    return Rig(
        make_site(
            racks=[rack], ups=[DIRECT], pcs=[{"power_rated": power, "charge_target": 0.5}],
            pdus=[{"power_rated": load}],
            buses=[transformer | {"ramp_limit": limit, "charge_restore": 600.0}],
            batteries=[{}, {"soc": soc, "charge_rated": charge}],
        )
    )  # fmt: skip


def imports(rig: Rig, seconds: float, dt: float) -> np.ndarray:
    """Import at the end of every step [W]."""
    found = []
    for _ in range(round(seconds / dt)):
        rig.run(dt)
        found.append(rig("feed", f.FEED_POWER))
    return np.array(found)


@pytest.mark.parametrize("dt", [0.01, 0.1, 1.0])
def test_a_training_load_keeps_the_windows_of_ieso_and_ercot(dt: float) -> None:
    """50 MW that swings by 90 % every 4 s: at 20 MW/min the import moves by at most 5 MW in 15 s."""
    for limit, window, most in ((IESO, 15.0, 5e6), (IESO, 60.0, 20e6), (ERCOT, 5.0, 10e6)):
        rig = site(limit, 50e6, wave_rate=0.25, wave_duty=0.5, swing=0.9, synchronised=1.0)
        seen = imports(rig, 90.0 if dt >= 0.1 else 20.0, dt)
        n = min(round(window / dt), len(seen) - 1)
        spans = [np.ptp(seen[k : k + n + 1]) for k in range(0, len(seen) - n, max(n // 50, 1))]
        assert max(spans) <= most * (1.0 + 1e-9)
    loose = imports(site(0.0, 50e6, wave_rate=0.25, wave_duty=0.5, swing=0.9, synchronised=1.0), 10.0, 0.1)
    assert np.ptp(loose) > 40e6


def test_a_step_becomes_a_ramp_and_the_charge_comes_back() -> None:
    rig = site(IESO, 40e6)
    rig.utilisation[:] = 0.25
    imports(rig, 2.0, 0.1)
    rig.utilisation[:] = 1.0
    seen = imports(rig, 120.0, 0.1)
    assert np.abs(np.diff(seen)).max() <= IESO * 0.1 * (1.0 + 1e-9)
    assert np.interp(30e6, seen, np.arange(seen.size)) * 0.1 == pytest.approx(20e6 / IESO, rel=0.03)
    lowest = rig("battery", f.BAT_SOC, 1)
    # The triangle between the step and the ramp: 30 MW x 90 s / 2 of 60 MWh.
    assert lowest == pytest.approx(0.5 - 30e6 * 90.0 / 2.0 / (60e6 * 3600.0), abs=5e-4)
    imports(rig, 3600.0, 10.0)
    assert rig("battery", f.BAT_SOC, 1) == pytest.approx(0.5, abs=1e-3)


def test_it_is_let_go_when_storage_can_no_more() -> None:
    """10 s of 40 MW in storage for a step of 30 MW that would take 45 MW x 1 min / 2."""
    rig = site(IESO, 40e6, power=40e6, hours=10.0 / 3600.0, soc=0.5)
    rig.utilisation[:] = 0.25
    imports(rig, 1.0, 0.1)
    rig.utilisation[:] = 1.0
    seen = imports(rig, 60.0, 0.1)
    assert np.abs(np.diff(seen)).max() > IESO * 0.2
    assert rig("battery", f.BAT_SOC, 1) >= -1e-9
    assert rig("rack", f.RACK_LOST_AT) == -1.0


@settings(deadline=None, max_examples=25)
@given(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=6), st.sampled_from([0.01, 0.1, 1.0]))
def test_any_load_within_the_room_of_storage_keeps_the_limit(levels: list[float], dt: float) -> None:
    rig = site(IESO, 40e6)
    before = None
    for level in levels:
        rig.utilisation[:] = level
        for _ in range(5):
            rig.run(dt)
            now = rig("bus", f.BUS_POWER_MAINS)
            assert before is None or abs(now - before) <= IESO * dt * (1.0 + 1e-9) + 1e-3
            assert abs(rig("pcs", f.PCS_POWER)) <= 60e6 * (1.0 + 1e-12)
            before = now
    s = rig.s["bus"][0]
    given_, taken = s[f.BUS_E_IN, 0], s[f.BUS_E_OUT, 0] + s[f.BUS_E_LOSS, 0]
    assert given_ == pytest.approx(taken, rel=1e-9)
