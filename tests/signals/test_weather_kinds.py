"""Design days, heat waves, records of wet bulb: against published conditions, closed forms and their own rules."""

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twin.errors import InputError
from twin.signals import Site, open_signal
from twin.signals.design_conditions import Year
from twin.signals.file_weather import file_year
from twin.signals.heat_wave import HeatWave, HeatWaves
from twin.signals.moist_air import dew_point_from_wet_bulb, moist_state
from twin.signals.weather import ConstantWeather, moist_air

SITE = Site(altitude=0.0, time_zone="Etc/UTC", frequency=50.0)
DAY, HOUR = 86400.0, 3600.0
AIR = {"constant": {"dry_bulb": 30.0, "relative_humidity": 0.4}}
WAVE = {"at": DAY, "duration": 2 * DAY, "rise": 6.0, "dew_point_rise": 2.0, "onset": 0.5 * DAY}


def opened(spec, *, start="2024-07-01T00:00:00Z", duration=5 * DAY, site=SITE):
    return open_signal(
        "weather",
        spec,
        run_start=datetime.fromisoformat(start),
        duration_s=duration,
        base_dir=None,
        site=site,
    )


def refused(spec, **changed):
    with pytest.raises(InputError) as caught:
        opened(spec, **changed)
    return caught.value.problems[0]


def test_humidity_ratio_of_a_published_state():
    # ASHRAE psychrometric chart no. 1, sea level: 25 degC and 50 % hold 9.9 g of water per kg of dry air.
    air = opened({"constant": {"dry_bulb": 25.0, "relative_humidity": 0.5}}).at(np.zeros(2))
    assert air.humidity_ratio == pytest.approx([9.9e-3] * 2, abs=0.05e-3)


@given(t=st.floats(-20.0, 45.0), rh=st.floats(0.05, 1.0), p=st.floats(75e3, 104e3))
def test_dew_point_comes_back_from_the_wet_bulb(t, rh, p):
    wet, dew, _ = moist_state(np.array([t]), np.array([rh]), np.array([p]))
    # The wet bulb is solved to 0.001 K, which is worth most in dry air.
    assert dew_point_from_wet_bulb(t, float(wet[0]), p) == pytest.approx(float(dew[0]), abs=0.15)


def made_year(days=365):
    """A year of days of 10 K range around a yearly wave, in UTC."""
    end = HOUR * (1.0 + np.arange(24 * days))
    begins = datetime(2023, 1, 1, tzinfo=UTC).timestamp()
    hour = np.arange(24 * days) % 24
    dry = (
        15.0 - 12.0 * np.cos(2.0 * np.pi * end / (365 * DAY)) - 5.0 * np.cos(2.0 * np.pi * (hour - 3) / 24.0)
    )
    return moist_air(dry, np.full(dry.size, 0.5), np.full(dry.size, 101325.0)), begins + end


def test_design_values_are_exceeded_in_so_many_hours():
    air, local = made_year()
    year = Year.of(air, local, "made")
    for by, values in (("dry-bulb", air.dry_bulb), ("wet-bulb", air.wet_bulb), ("dew-point", air.dew_point)):
        for exceeded in (0.004, 0.02, 0.5, 0.996):
            point = year.point(by, exceeded)
            value = getattr(point, by.replace("-", "_"))
            assert (values > value).mean() == pytest.approx(exceeded, abs=2 / 8760)
            assert point.dew_point <= point.wet_bulb + 2e-3 <= point.dry_bulb + 4e-3
    assert year.hottest_month() == 7
    assert year.daily_range() == pytest.approx(10.0, abs=0.1)


def test_less_than_a_year_has_no_design_conditions():
    with pytest.raises(InputError, match="4800 hours"):
        Year.of(*made_year(200), "made")


PUBLISHED = {
    # Heating 99.6 %; cooling 0.4 %: dry bulb, coincident wet bulb, wet bulb, coincident dry bulb; range, month.
    "CHN_Shanghai-Hongqiao_TMYx": (-2.5, 36.1, 27.2, 28.7, 33.0, 6.9, 7),
    "USA_VA_Leesburg_TMYx": (-10.1, 35.0, 24.8, 26.3, 32.3, 11.5, 7),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_design_conditions_are_near_those_that_ashrae_publishes(data, name):
    # ASHRAE 2021, in the header of each file, from 25 years of measurement; a typical year has milder extremes.
    heating, dry, its_wet, wet, its_dry, swing, month = PUBLISHED[name]
    year = file_year({"file": f"weather_epw/{name}.epw.gz", "reader": "epw"}, None, 100.0)
    hot, humid = year.point("dry-bulb", 0.004), year.point("wet-bulb", 0.004)
    assert hot.dry_bulb == pytest.approx(dry, abs=0.8)
    assert hot.wet_bulb == pytest.approx(its_wet, abs=0.5)
    assert humid.wet_bulb == pytest.approx(wet, abs=0.5)
    assert humid.dry_bulb == pytest.approx(its_dry, abs=0.8)
    assert year.point("dry-bulb", 0.996).dry_bulb == pytest.approx(heating, abs=2.2)
    assert (year.hottest_month(), year.daily_range()) == (month, pytest.approx(swing, abs=1.2))


def test_a_design_day_has_its_peak_its_range_and_its_dew_point(data):
    spec = {"file": "weather_epw/USA_VA_Leesburg_TMYx.epw.gz", "reader": "epw"}
    zone = Site(altitude=119.0, time_zone="Etc/GMT+5", frequency=60.0)
    day = opened(spec | {"design_day": {"by": "dry-bulb", "exceeded": 0.004}}, site=zone)
    t = np.arange(0.0, 2 * DAY, 600.0)
    air = day.at(t)
    point = file_year(spec, None, 119.0).point("dry-bulb", 0.004)
    assert air.dry_bulb.max() == pytest.approx(point.dry_bulb)
    assert np.ptp(air.dry_bulb) == pytest.approx(12.6, abs=0.1)
    hottest = (t[air.dry_bulb >= air.dry_bulb.max() - 1e-9] - 5 * HOUR) % DAY / HOUR
    assert (hottest.min(), hottest.max()) == pytest.approx((14.0, 15.0), abs=0.01)
    assert np.all(air.dew_point <= point.dew_point + 2e-3)
    assert air.wet_bulb[air.dry_bulb.argmax()] == pytest.approx(point.wet_bulb, abs=0.05)
    assert air.dry_bulb[: t.size // 2] == pytest.approx(air.dry_bulb[t.size // 2 :])
    assert "design day" in day.source and "35.0 degC dry bulb" in day.report[0]
    cold = opened(spec | {"design_day": {"by": "dry-bulb", "exceeded": 0.996}}, site=zone).at(t)
    assert np.ptp(cold.dry_bulb) == 0.0 and cold.dry_bulb[0] == pytest.approx(-8.0, abs=0.1)


def test_design_days_are_refused_where_they_cannot_be_made(data, tmp_path):
    spec = {"file": "weather_epw/USA_VA_Leesburg_TMYx.epw.gz", "reader": "epw"}
    day = {"by": "dry-bulb", "exceeded": 0.004}
    assert "made of the whole file" in refused(spec | {"design_day": day, "fill": "hold"}).message
    assert refused(spec | {"design_day": day | {"by": "wetbulb"}}).message.startswith(
        "'wetbulb' is not one of"
    )
    assert "above 0 and below 1" in refused(spec | {"design_day": day | {"exceeded": 1.0}}).message
    short = tmp_path / "short.csv"
    short.write_text("local_time,t_c,rh_pct\n2024-01-01T00:00,5,80\n2024-01-01T01:00,6,80\n")
    table = {"file": str(short), "reader": "open-meteo", "utc_offset": 0.0, "design_day": day}
    assert "the file has 2 hours" in refused(table).message


def test_a_heat_wave_adds_its_height_and_leaves_the_rest_alone():
    base, waved = opened(AIR), opened(AIR | {"heat_waves": [WAVE]})
    t = np.arange(0.0, 5 * DAY, 900.0)
    plain, air = base.at(t), waved.at(t)
    before, height = t < DAY, (t >= 1.5 * DAY) & (t <= 2.5 * DAY)
    after = t > 3 * DAY
    for mine, below in zip(air, plain, strict=True):
        assert np.array_equal(mine[before | after], below[before | after])
    assert air.dry_bulb[height] == pytest.approx(36.0)
    assert air.dew_point[height] == pytest.approx(plain.dew_point[height] + 2.0, abs=5e-3)
    wet, _, ratio = moist_state(
        air.dry_bulb[height][:1], air.relative_humidity[height][:1], air.pressure[height][:1]
    )
    assert (air.wet_bulb[height][0], air.humidity_ratio[height][0]) == pytest.approx(
        (wet[0], ratio[0]), rel=1e-6
    )
    assert waved.at(np.array([1.25 * DAY])).dry_bulb == pytest.approx([33.0])
    assert "synthetic" in waved.source and "Synthetic heat wave: +6 K" in waved.report[-1]


@settings(max_examples=25, deadline=None)
@given(
    at=st.floats(0.0, 4.9 * DAY),
    length=st.floats(1.0, 4 * DAY),
    rise=st.floats(-15.0, 15.0),
    dew=st.floats(-10.0, 10.0),
    onset=st.floats(0.0, 2 * DAY),
)
def test_air_in_a_heat_wave_is_always_air(at, length, rise, dew, onset):
    base = ConstantWeather(30.0, 0.5, altitude=0.0, name="weather")
    air = HeatWaves(base, [HeatWave(at, length, rise, dew, onset)], 5 * DAY).at(
        np.linspace(0.0, 5 * DAY, 300)
    )
    assert np.isfinite(np.asarray(air)).all()
    assert (air.dew_point <= air.wet_bulb + 5e-3).all() and (air.wet_bulb <= air.dry_bulb + 5e-3).all()
    assert air.dry_bulb.min() >= 30.0 + min(rise, 0.0) - 1e-9
    assert air.dry_bulb.max() <= 30.0 + max(rise, 0.0) + 1e-9


def test_waves_that_overlap_add_and_impossible_ones_are_refused():
    twice = opened(AIR | {"heat_waves": [WAVE, WAVE | {"onset": 0.0, "rise": 3.0}]})
    assert twice.at(np.array([2.0 * DAY])).dry_bulb == pytest.approx([39.0])
    late = refused(AIR | {"heat_waves": [WAVE | {"at": 6 * DAY}]})
    assert late.key == "signals.weather.heat_waves.0.at" and "after the end of the run" in late.message
    assert "more than 60" in refused(AIR | {"heat_waves": [WAVE | {"rise": 30.0}, WAVE]}).message
    assert "rise" in str(refused(AIR | {"heat_waves": [{"at": 0.0, "duration": 1.0}]}))


def test_a_record_of_the_wet_bulb_gets_the_dry_bulb_that_has_it(tmp_path):
    path = tmp_path / "tower.csv"
    path.write_text("t_s,wb\n" + "".join(f"{15 * k},{50.0 + k}\n" for k in range(20)))
    spec = {"file": str(path), "reader": "wet-bulb", "column": "wb", "unit": "degF", "relative_humidity": 0.6}
    weather = opened(spec, duration=285.0)
    t = 15.0 * np.arange(20.0)
    air = weather.at(t)
    assert air.wet_bulb == pytest.approx((50.0 + np.arange(20.0) - 32.0) / 1.8, abs=0.02)
    assert air.relative_humidity == pytest.approx(0.6)
    assert any("wet bulb alone" in said for said in weather.report)
    assert refused(spec | {"unit": "F"}, duration=285.0).key == "signals.weather.unit"
    assert refused(spec | {"relative_humidity": 0.0}, duration=285.0).key.endswith("relative_humidity")
    assert "degC" in refused(spec | {"unit": "degC"}, duration=285.0).message
    assert "relative_humidity" in refused({**spec, "relative_humidity": None}, duration=285.0).key
