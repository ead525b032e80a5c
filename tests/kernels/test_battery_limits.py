"""Limits and protection of a battery: whatever is asked, charge, cell voltage, current and power stay inside."""

from __future__ import annotations

import itertools

import pytest
from battery_bench import EVERYTHING, Pack
from hypothesis import given, settings
from hypothesis import strategies as st

from twin.kernels import fields as f
from twin.kernels.battery_cell import ocv

POWERS = st.lists(
    st.tuples(st.floats(-1e6, 1e6) | st.sampled_from([0.0, 1e12, -1e12]), st.floats(1e-3, 60.0)), max_size=40
)

OHMS = st.just(0.0) | st.floats(1e-6, 0.3)


def end_of_step(pack: Pack, ohms: float) -> float:
    """Terminal voltage that a step ended with, from its states; `ohms` is the resistance that the step had [V]."""
    cell = ocv(pack.p, 0, pack.wells[0]) + pack.p[f.BAT_HYST, 0] * pack[f.BAT_HYSTERESIS]
    return float(150.0 * cell - pack[f.BAT_V_RC] - pack[f.BAT_V_RC2] - pack[f.BAT_CURRENT] * ohms)


@settings(deadline=None, max_examples=300)
@given(
    POWERS, st.floats(0.0, 1.0), st.floats(0.0, 0.9), st.sampled_from([0.0, 5.0, 800.0, 2e4]), OHMS,
    st.sampled_from([1e30, 100.0]), OHMS, st.sampled_from([0.0, 0.022]), st.sampled_from([0.0, 0.3]),
)  # fmt: skip
def test_it_never_over_or_under_runs_its_limits(
    powers: list[tuple[float, float]], soc: float, bulk: float, tau: float, r2: float, most: float, r0: float,
    gap: float, out: float,
) -> None:  # fmt: skip
    """Any powers at any steps on any pack: mean charge, both wells, cell voltage, current and rating."""
    values = EVERYTHING | {
        "bulk_share": bulk, "tau_bulk": tau, "resistance_rc2": r2, "resistance_ohmic": r0, "current_max": most,
        "hysteresis_half_gap": gap,
    }  # fmt: skip
    pack = Pack(**values, soc=0.05 + 0.95 * soc)
    pack.s[f.BAT_STRINGS_OUT] = out
    for power, dt in powers:
        give, take = pack.limits(dt)
        ohms = pack[f.BAT_R0_NOW]
        assert 0.0 <= give <= 1.5e5 * (1.0 - out) and 0.0 <= take <= 1e5 * (1.0 - out)
        pack.step(power, dt)
        # What is given is what was asked, as far as the limits that were told reach.
        assert pack.given == pytest.approx(min(max(power, -take), give), rel=1e-6, abs=1e-3)
        assert 0.05 - 1e-9 <= pack[f.BAT_SOC] <= 1.0 + 1e-9
        for charge in pack.wells:
            assert -1e-9 <= charge <= 1.0 + 1e-9
        assert abs(pack[f.BAT_CURRENT]) <= most * (1.0 - out) * (1.0 + 1e-9)
        # The limit is one on the voltage that a step ends with: of a pack that still recovers from a larger current
        # the mean may be some millivolts beyond it.
        end = end_of_step(pack, ohms)
        if pack.given > 0.0:
            assert end >= 150.0 * 2.5 - 1e-3
        if pack.given < 0.0:
            assert end <= 150.0 * 3.65 + 1e-3
        assert pack[f.BAT_POWER] == pack.given
    assert abs(pack.residual()) <= 1e-12 * (pack[f.BAT_E_IN] + pack[f.BAT_E_OUT]) + 1e-13 * pack.start


@pytest.mark.parametrize("dt", [0.1, 1.0, 20.0])
def test_charging_tapers_at_the_highest_cell_voltage(dt: float) -> None:
    """Constant power, then constant voltage: the end of every step stands at 3.45 V while the power falls."""
    pack = Pack(**EVERYTHING | {"cell_voltage_max": 3.45, "soc_max": 1.0, "power_charge_max": 6e4}, soc=0.7)
    held = []
    for _ in range(round(3000.0 / dt)):
        pack.limits(dt)
        ohms = pack[f.BAT_R0_NOW]
        pack.step(-6e4, dt)
        if 0.0 < -pack.given < 6e4 * (1.0 - 1e-9):
            held.append(-pack.given)
            assert end_of_step(pack, ohms) == pytest.approx(150.0 * 3.45, abs=1e-3)
    assert len(held) > 10
    assert all(late <= early * (1.0 + 1e-6) for early, late in itertools.pairwise(held[:20]))
    assert held[-1] < 0.5 * held[0]


@pytest.mark.parametrize("dt", [0.02, 1.0, 60.0])
def test_discharge_ends_at_the_lowest_cell_voltage(dt: float) -> None:
    """100 kW hold until the cell falls to 3.0 V, long before it is empty; less power goes further."""
    pack = Pack(**EVERYTHING | {"cell_voltage_min": 2.95, "soc_min": 0.0}, soc=0.2)
    while pack.given >= 1e5 * (1.0 - 1e-9) or pack.t == 0.0:
        pack.step(1e5, dt)
    assert pack[f.BAT_SOC] > 0.02
    assert pack[f.BAT_VOLTAGE] >= 150.0 * 2.95 - 1e-6
    # At less than what the limit leaves, the cell stands above it.
    give = pack.limits(dt)[0]
    pack.step(0.5 * give, dt)
    assert pack.given == 0.5 * give
    assert pack[f.BAT_VOLTAGE] > 150.0 * 2.95


def test_string_current_is_kept_either_way() -> None:
    pack = Pack(**EVERYTHING | {"current_max": 50.0}, soc=0.5)
    for power in (1e5, -1e5):
        pack.step(power, 1.0)
        assert abs(pack[f.BAT_CURRENT]) == pytest.approx(50.0, rel=1e-12)


def test_protection_opens_on_temperature() -> None:
    hot = Pack(**EVERYTHING, soc=0.5, temperature=61.0)
    assert hot.limits(1.0) == (0.0, 0.0)
    hot.step(1e4, 1.0)
    assert (hot.given, hot[f.BAT_E_OUT]) == (0.0, 0.0)
    cold = Pack(**EVERYTHING, soc=0.5, temperature=-1.0)
    give, take = cold.limits(1.0)
    assert give > 0.0 and take == 0.0
    cold.step(-1e4, 1.0)
    assert (cold.given, cold[f.BAT_E_IN]) == (0.0, 0.0)


@pytest.mark.parametrize("power", [1.5e5, -1e5])
def test_the_limit_that_is_told_is_given_whole(power: float) -> None:
    for soc in (0.0501, 0.06, 0.5, 0.97, 0.9999):
        pack = Pack(**EVERYTHING, soc=soc)
        give, take = pack.limits(1.0)
        wanted = min(power, give) if power > 0.0 else max(power, -take)
        pack.step(wanted, 1.0)
        assert pack.given == pytest.approx(wanted, rel=1e-12)
