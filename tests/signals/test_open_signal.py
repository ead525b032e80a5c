"""open_signal: each way to give a signal, synthetic ones, and messages that name the key."""

import os
import subprocess
import sys
from datetime import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.errors import InputError
from twin.signals import Site, open_signal
from twin.signals.moist_air import wet_bulb_and_dew_point
from twin.signals.tariff import Flat, Spot, Tariff

START = datetime.fromisoformat("2024-07-01T00:00:00Z")
SITE = Site(altitude=0.0, time_zone="Europe/Berlin", frequency=50.0)
DAY = np.arange(0.0, 86400.0, 60.0)


def opened(kind, site=SITE, seed=7, name=None, **spec):
    return open_signal(
        kind,
        spec,
        run_start=START,
        duration_s=86400.0,
        base_dir=None,
        site=site,
        seed=seed,
        name=name,
        file="s.yaml",
    )


def test_constants():
    assert opened("frequency", constant=50.0).at(DAY[:3]).tolist() == [50.0] * 3
    assert opened("price", constant=80 / 3.6e9, currency="EUR").unit == "EUR/J"
    assert opened("carbon", constant=0.38 / 3.6e6).unit == "kg/J"
    assert opened("workload", constant=0.6, file=None, scale=None, name="web").at(DAY[:1]).tolist() == [0.6]


def test_constant_weather_against_a_published_state():
    # ASHRAE psychrometric chart no. 1, sea level: 25 degC and 50 % have 17.9 degC wet bulb, 13.9 dew point.
    air = opened("weather", constant={"dry_bulb": 25.0, "relative_humidity": 0.5}).at(DAY[:2])
    assert air.wet_bulb == pytest.approx([17.9] * 2, abs=0.05)
    assert air.dew_point == pytest.approx([13.9] * 2, abs=0.05)
    assert air.pressure == pytest.approx([101325.0] * 2)


@given(t=st.floats(-40.0, 50.0), rh=st.floats(0.0, 1.0), p=st.floats(70e3, 105e3))
def test_dew_point_wet_bulb_and_dry_bulb_are_in_order(t, rh, p):
    wet, dew = wet_bulb_and_dew_point(np.array([t]), np.array([rh]), np.array([p]))
    assert dew[0] - 2e-3 <= wet[0] <= t + 2e-3


def test_areas_and_waveforms_are_left_to_the_kernels():
    assert opened("frequency", area="gb-2019-08-09") is None
    assert opened("workload", waveform="training", utilisation=0.9) is None


def test_a_tariff_as_a_price_signal():
    price = opened("price", tariff=Tariff("EUR", "Europe/Berlin", Flat(80 / 3.6e9)))
    assert price.at(DAY[:2]) * 3.6e9 == pytest.approx([80.0] * 2)
    with pytest.raises(InputError, match="no prices of its own"):
        opened("price", tariff=Tariff("EUR", "Europe/Berlin", Spot()))


def test_daily_utilisation_peaks_at_its_local_hour_and_keeps_its_mean():
    daily = opened("workload", synthetic="daily", utilisation=0.5, name="web")
    value = daily.at(DAY)
    assert value.mean() == pytest.approx(0.5, abs=1e-9)
    assert value.max() - value.min() == pytest.approx(0.27, abs=1e-6)
    assert DAY[value.argmax()] == 13 * 3600.0  # 15:00 in Berlin's summer
    assert "synthetic" in daily.source


@pytest.mark.parametrize(
    ("kind", "spec"),
    [
        ("frequency", {"synthetic": "noise"}),
        ("workload", {"synthetic": "daily", "utilisation": 0.5, "noise": 0.02}),
        ("weather", {"synthetic": "day", "mean": 20.0, "range": 10.0, "dew_point": 12.0}),
    ],
)
def test_synthetic_signals_do_not_depend_on_the_order_of_asking(kind, spec):
    whole = np.asarray(opened(kind, **spec).at(DAY))
    again = opened(kind, **spec)
    late = np.asarray(again.at(DAY[700:]))
    early = np.asarray(again.at(DAY[:700]))
    assert np.array_equal(np.concatenate([early, late], axis=-1), whole)
    if kind != "weather":
        assert not np.array_equal(np.asarray(opened(kind, seed=8, **spec).at(DAY)), whole)


def test_frequency_noise_has_the_stated_spread_and_memory():
    noise = opened("frequency", synthetic="noise", sd=0.0158, tau=60.0)
    x = noise.at(np.arange(400_000.0)) - 50.0
    assert x.std() == pytest.approx(0.0158, rel=0.03)
    assert np.mean(x[60:] * x[:-60]) / x.var() == pytest.approx(np.exp(-1.0), abs=0.03)
    assert np.mean(x[1:] * x[:-1]) / x.var() == pytest.approx(np.exp(-1.0 / 60.0), abs=0.002)


def test_the_synthetic_day_has_its_dew_point():
    air = opened("weather", synthetic="day", mean=20.0, range=10.0, dew_point=12.0).at(DAY)
    assert air.dew_point == pytest.approx(np.full(DAY.size, 12.0), abs=2e-3)
    assert (air.dry_bulb.min(), air.dry_bulb.max()) == pytest.approx((15.0, 25.0))


@pytest.mark.parametrize(
    ("kind", "spec", "key", "said"),
    [
        ("frequency", {}, "signals.frequency", "expected one of constant, file, area, synthetic"),
        ("frequency", {"constnt": 50.0}, "signals.frequency", "did you mean 'constant'"),
        ("frequency", {"constant": 50.0, "area": "gb"}, "signals.frequency", "not several"),
        ("frequency", {"constant": 1.0}, "signals.frequency.constant", "outside 40 to 70 Hz"),
        ("frequency", {"constant": "50 Hz"}, "signals.frequency.constant", "expected a number"),
        ("frequency", {"constant": 50.0, "noise": 1.0}, "signals.frequency.noise", "not one of"),
        ("price", {"constant": 1e-8}, "signals.price.currency", "missing"),
        ("price", {"constant": 80.0, "currency": "EUR"}, "signals.price.constant", "outside"),
        ("carbon", {"constant": 380.0}, "signals.carbon.constant", "outside"),
        ("workload", {"constant": 60.0}, "signals.workload.constant", "outside 0 to 1"),
        ("workload", {"synthetic": "weekly"}, "signals.workload.synthetic", "daily"),
        ("workload", {"synthetic": "daily", "utilisation": 0.95}, "signals.workload", "leaves the range"),
        ("weather", {"constant": {"dry_bulb": 25.0}}, "signals.weather.relative_humidity", "missing"),
        ("frequency", {"file": "x.csv"}, "signals.frequency.reader", "missing"),
        ("frequency", {"file": "x.csv", "reader": "nso"}, "signals.frequency.reader", "did you mean 'neso'"),
        ("frequency", {"file": "x.csv", "reader": "neso"}, "signals.frequency.file", "not found"),
    ],
)
def test_messages_name_file_key_and_what_was_expected(kind, spec, key, said):
    with pytest.raises(InputError) as caught:
        opened(kind, **spec)
    problem = caught.value.problems[0]
    assert problem.key == key
    assert said in problem.message
    assert problem.file == "s.yaml"


def test_what_the_site_lacks_is_asked_for():
    with pytest.raises(InputError, match=r"location\.time_zone"):
        opened("workload", site=Site(), synthetic="daily", utilisation=0.5)
    with pytest.raises(InputError, match=r"location\.altitude"):
        opened("weather", site=Site(), constant={"dry_bulb": 25.0, "relative_humidity": 0.5})
    with pytest.raises(InputError, match="did you mean 'price'"):
        opened("prices", constant=1.0)


def test_weather_works_without_the_just_in_time_compiler():
    """PsychroLib 2.5.0 cannot set its units under NUMBA_DISABLE_JIT=1; the private copy must."""
    code = (
        "from twin.signals.moist_air import wet_bulb_and_dew_point as f; import numpy as np;"
        "print(f(np.array([25.0]), np.array([0.5]), np.array([101325.0]))[0][0])"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
    )
    assert float(done.stdout) == pytest.approx(17.9, abs=0.05)
