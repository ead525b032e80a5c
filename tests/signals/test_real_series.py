"""The real files, against the statistics their SOURCE.txt publishes. Needs TWIN_DATA."""

from datetime import datetime

import numpy as np
import pytest

from twin.errors import InputError
from twin.signals import Site, open_signal
from twin.signals.files import read_text
from twin.signals.fit import fit_outages
from twin.signals.readers import (
    read_carbon_hourly,
    read_frequency_pu,
    read_neso,
    read_price_hourly,
    read_utilisation,
)
from twin.signals.weather_files import parse_epw, read_open_meteo

pytestmark = pytest.mark.real_data
SITE = Site(altitude=112.0, time_zone="Europe/Berlin", frequency=50.0)


def at(text):
    return datetime.fromisoformat(text).timestamp()


def opened(kind, start, duration, site=SITE, **spec):
    return open_signal(
        kind, spec, run_start=datetime.fromisoformat(start), duration_s=duration, base_dir=None, site=site
    )


def test_gb_9_august_2019(data):
    found = read_neso(read_text(data / "freq_gb_2019-08-09/neso-frequency-2019-08-09-event-window.csv"))
    assert found.time.size == 540 and np.all(np.diff(found.time) == 1.0)
    assert found.value.min() == 48.787 and found.time[found.value.argmin()] == at("2019-08-09T15:53:49Z")
    assert found.value.max() == 50.225
    assert "NESO Open Data Licence" in found.source


def test_gb_plays_at_another_date_and_its_end_is_named(data):
    file = "freq_gb_2019-08-09/neso-frequency-2019-08-09-event-window.csv"
    spec = {"file": file, "reader": "neso", "start_at": "2019-08-09T15:51:00Z"}
    played = opened("frequency", "2024-07-01T12:00:00Z", 540.0, **spec)
    assert played.at(np.array([169.0])).tolist() == [48.787]
    with pytest.raises(
        InputError, match="ends at 2019-08-09T15:59:59Z, 10 min before the run's end 2019-08-09T16:10:00Z"
    ):
        opened("frequency", "2024-07-01T12:00:00Z", 1140.0, **spec)


def test_gmlc_frequency(data):
    found = read_frequency_pu(read_text(data / "freq_us_gmlc_24h/grid_info_data_2.csv.gz"), nominal=60.0)
    assert found.value.size == 86400
    assert found.value.std() == pytest.approx(15.8e-3, abs=5e-5)
    assert (found.value.min(), found.value.max()) == pytest.approx((59.951, 60.054), abs=5e-4)
    with pytest.raises(InputError, match=r"about 60\.0 Hz but the site runs at 50 Hz"):
        opened("frequency", "2024-07-01T12:00:00Z", 600.0, file="freq_us_gmlc_24h/grid_info_data_2.csv.gz",
               reader="frequency-pu", nominal=60.0)  # fmt: skip


@pytest.mark.parametrize(
    ("zone", "currency", "rows", "first", "last", "low", "mean", "high"),
    [
        ("US-TEX-ERCO_2021", "USD", 8760, "2021-01-01T06:00Z", "2022-01-01T05:00Z", -0.25, 145.62, 8995.26),
        ("US-TEX-ERCO_2024", "USD", 8784, "2024-01-01T06:00Z", "2025-01-01T05:00Z", -2.85, 28.09, 2221.48),
        ("US-CAL-CISO_2024", "USD", 8808, "2023-12-31T08:00Z", "2025-01-01T07:00Z", -31.71, 40.68, 582.64),
        ("US-MIDA-PJM_2024", "USD", 8760, "2024-01-01T05:00Z", "2024-12-31T04:00Z", -41.84, 36.18, 758.77),
        ("DE-LU_2024", "EUR", 8759, "2023-12-31T23:00Z", "2024-12-31T22:00Z", -135.45, 78.52, 936.28),
        ("SG_2024", "SGD", 8784, "2023-12-31T16:00Z", "2024-12-31T15:00Z", -20.17, 162.49, 4500.0),
    ],
)
def test_prices(data, zone, currency, rows, first, last, low, mean, high):
    found = read_price_hourly(read_text(data / f"price_hourly_multi/{zone}.csv.gz"), currency=currency)
    price = found.value * 3.6e9
    assert (found.time.size, found.time[0], found.time[-1]) == (rows, at(first), at(last))
    assert (price.min(), price.mean(), price.max()) == pytest.approx((low, mean, high), abs=0.006)
    assert found.unit == f"{currency}/J"


def test_the_german_price_gap_is_found_named_and_filled(data):
    spec = {"file": "price_hourly_multi/DE-LU_2024.csv.gz", "reader": "price-hourly", "currency": "EUR"}
    with pytest.raises(InputError, match="2024-01-30T22:00:00Z to 2024-01-31T23:00:00Z"):
        opened("price", "2024-01-30T00:00:00Z", 5 * 86400.0, **spec)
    summer = opened("price", "2024-07-01T00:00:00Z", 5 * 86400.0, **spec)
    assert any("2 gaps" in said for said in summer.report)
    filled = opened("price", "2024-01-30T00:00:00Z", 5 * 86400.0, fill="previous-day", **spec)
    assert any("filled 24 values by previous-day" in said for said in filled.report)
    day = 3600.0 * np.arange(24)
    assert np.array_equal(filled.at(day + 23 * 3600.0), filled.at(day - 3600.0 + 86400.0))
    with pytest.raises(InputError, match="max_gap"):
        opened("price", "2024-01-30T00:00:00Z", 5 * 86400.0, fill="hold", max_gap=3 * 3600.0, **spec)
    # 12 December 2024, 17:00 CET: the year's highest auction price.
    auction = opened("price", "2024-12-12T16:00:00Z", 3600.0, **spec)
    assert auction.at(np.zeros(1)) * 3.6e9 == pytest.approx([936.28])


@pytest.mark.parametrize(
    ("zone", "low", "mean", "high", "estimated"),
    [
        ("US-TEX-ERCO", 104.25, 303.4, 486.45, "4.7%"),
        ("US-CAL-CISO", 20.19, 168.5, 325.42, "0.0%"),
        ("US-MIDA-PJM", 212.38, 321.0, 441.8, "0.0%"),
        ("DE-LU", 64.16, 273.9, 565.98, "0.7%"),
        ("GB", 7.97, 105.7, 277.98, "0.3%"),
        ("SG", 327.24, 366.9, 380.39, "16.8%"),
    ],
)
def test_carbon(data, zone, low, mean, high, estimated):
    found = read_carbon_hourly(read_text(data / f"carbon_hourly_multi/{zone}_2024.csv.gz"), basis="direct")
    grams = found.value * 3.6e9
    assert found.time.size == 8784 and np.all(np.diff(found.time) == 3600.0)
    assert (grams.min(), grams.max()) == pytest.approx((low, high), abs=1e-6)
    assert grams.mean() == pytest.approx(mean, abs=0.06)
    assert found.report == [f"{estimated} of the hours are upstream estimates."]
    assert "ODbL" in found.source


@pytest.mark.parametrize(
    ("zone", "offset", "low", "mean", "high"),
    [
        ("US-TEX-ERCO", -18000.0, -11.7, 20.4, 41.4),
        ("US-CAL-CISO", -25200.0, 0.5, 15.8, 40.5),
        ("US-MIDA-PJM", -14400.0, -11.9, 14.0, 37.2),
        ("DE-LU", 3600.0, -7.7, 11.8, 32.9),
        ("SG", 28800.0, 23.1, 27.5, 34.1),
        ("JP-TK", 32400.0, -2.9, 16.7, 38.1),
        ("AU-NSW", 39600.0, 2.1, 17.6, 36.3),
        ("GB", 0.0, -5.1, 11.7, 31.2),
    ],
)
def test_open_meteo(data, zone, offset, low, mean, high):
    file = read_text(data / f"weather_openmeteo_2024/{zone}_2024.csv.gz")
    found = read_open_meteo(file, utc_offset=offset)
    assert found.time.size == 8784 and np.all(np.diff(found.time) == 3600.0)
    assert found.time[0] == at("2024-01-01T00:00Z") - offset
    assert (found.dry_bulb.min(), found.dry_bulb.max()) == pytest.approx((low, high))
    assert found.dry_bulb.mean() == pytest.approx(mean, abs=0.06)
    with pytest.raises(InputError, match="utc_offset"):
        read_open_meteo(file)


def test_singapores_noon_is_hot_only_with_the_right_offset(data):
    # The hottest hours of Singapore fall around 14:00 local, 06:00 UTC.
    spec = {"file": "weather_openmeteo_2024/SG_2024.csv.gz", "reader": "open-meteo", "utc_offset": 28800.0}
    weather = opened("weather", "2024-03-01T00:00:00Z", 30 * 86400.0, **spec)
    air = weather.at(3600.0 * np.arange(720.0))
    assert 4 <= air.dry_bulb.reshape(30, 24).mean(axis=0).argmax() <= 8
    assert np.all(air.wet_bulb <= air.dry_bulb + 2e-3) and np.all(air.dew_point <= air.wet_bulb + 2e-3)


@pytest.mark.parametrize(
    ("name", "low", "mean", "high", "humid", "offset"),
    [
        ("CHN_Shanghai-Hongqiao_TMYx", -3.0, 17.0, 38.0, (0.19, 1.0), 8.0),
        ("USA_VA_Leesburg_TMYx", -12.0, 13.8, 37.0, (0.13, 1.0), -5.0),
        ("USA_AZ_Phoenix_TMYx", 0.4, 24.7, 45.6, (0.10, 1.0), -7.0),
    ],
)
def test_epw(data, name, low, mean, high, humid, offset):
    found = parse_epw(read_text(data / f"weather_epw/{name}.epw.gz"))
    dry_bulb, humidity, pressure = found.values
    assert dry_bulb.size == 8760 and not np.isnan(found.values).any()
    assert (dry_bulb.min(), dry_bulb.max()) == pytest.approx((low, high))
    assert dry_bulb.mean() == pytest.approx(mean, abs=0.06)
    assert (humidity.min(), humidity.max()) == pytest.approx(humid)
    assert found.utc_offset == offset * 3600.0
    assert pressure.min() > 90e3 and pressure.max() < 105e3


def test_our_dew_point_agrees_with_the_epw_column(data):
    weather = opened("weather", "2023-01-01T05:00:00Z", 364 * 86400.0,
                     file="weather_epw/USA_VA_Leesburg_TMYx.epw.gz", reader="epw")  # fmt: skip
    lines = read_text(data / "weather_epw/USA_VA_Leesburg_TMYx.epw.gz").text.split("\n")[8:]
    published = np.array([float(line.split(",")[7]) for line in lines if line.strip()])
    ours = weather.at(3600.0 * np.arange(1.0, 8736.0)).dew_point
    # Relative humidity is published in whole per cent, which is worth about 0.5 K of dew point.
    assert np.abs(ours - published[:8735]).mean() < 0.2


def test_a_typical_year_runs_across_a_leap_day_and_a_new_year(data):
    weather = opened("weather", "2024-02-27T00:00:00Z", 400 * 86400.0,
                     file="weather_epw/CHN_Shanghai-Hongqiao_TMYx.epw.gz", reader="epw")  # fmt: skip
    assert np.all(np.isfinite(np.asarray(weather.at(np.linspace(0.0, 400 * 86400.0, 5000)))))
    assert any("29 February play 28 February" in said for said in weather.report)


def test_cluster_utilisation(data):
    folder = data / "load_cluster_util_10s_5min"
    alibaba = read_utilisation(read_text(folder / "alibaba2018_10s.csv.gz"), column="cpu_pct", unit="percent")
    assert alibaba.value.size == 67242
    assert (alibaba.value.min(), alibaba.value.max()) == pytest.approx((0.141, 0.798), abs=6e-4)
    assert alibaba.value.mean() == pytest.approx(0.380, abs=6e-4)
    google = read_utilisation(
        read_text(folder / "google2019_300s.csv.gz"), column="cpu_frac", unit="fraction"
    )
    assert google.value.size == 8064 and google.value.mean() == pytest.approx(0.47, abs=6e-3)
    assert (google.value.min(), google.value.max()) == pytest.approx((0.32, 0.59), abs=6e-3)
    with pytest.raises(InputError, match=r"6\d+ is out of range, expected 0 to 100"):
        read_utilisation(read_text(folder / "azure_v2_300s.csv.gz"), column="cpu_sum", unit="percent")


def test_us_major_outages(data):
    path = data / "outage_us_major_2000_2016/us_major_outages.csv"
    model = fit_outages(path)
    assert "58 missing" in model.note and model.n + 58 < 1534
    assert 3600.0 < model.median_s < 86400.0 and 1.0 < model.sigma < 3.0
    assert 0.0 < model.ks < 0.1
    texas = fit_outages(path, "Texas", 2015, reliability=data / "outage_saidi_saifi_us/eia861_state_year.csv")
    assert texas.rate_per_year == pytest.approx(1.843)
