"""Readers: each format read back, each defect refused by file and line, and nothing but InputError ever."""

import gzip
from datetime import datetime

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from twin.errors import InputError
from twin.signals import Site, open_signal
from twin.signals.files import locate

START = datetime.fromisoformat("2024-01-01T00:00:00Z")
SITE = Site(altitude=112.0, time_zone="Europe/Berlin", frequency=50.0)
HOURLY = "utc,price\n" + "".join(f"2024-01-01T{h:02d}:00Z,{50 + h}\n" for h in range(24))
CARBON = "utc,gco2eq_per_kwh_direct,gco2eq_per_kwh_lca\n" + "".join(
    f"2024-01-01T{h:02d}:00Z,{360 + h},{400 + h}\n" for h in range(24)
)
FREQUENCY = "# note\nutc_time,frequency_hz\n" + "".join(
    f"2024-01-01T00:00:{s:02d}Z,{50 - s / 1000}\n" for s in range(60)
)
LOAD = "t_s,cpu_pct,cpu_frac\n" + "".join(f"{10 * i},{i},{i / 100}\n" for i in range(100))
SPECS = {
    "frequency": {"reader": "neso"},
    "price": {"reader": "price-hourly", "currency": "EUR"},
    "carbon": {"reader": "carbon-hourly", "basis": "direct"},
    "workload": {"reader": "utilisation", "column": "cpu_pct", "unit": "percent"},
    "weather": {"reader": "open-meteo", "utc_offset": 0.0},
}


def opened(kind, path, *, duration=10.0, start=START, site=SITE, **spec):
    return open_signal(
        kind,
        {"file": str(path), **SPECS[kind], **spec},
        run_start=start,
        duration_s=duration,
        base_dir=None,
        site=site,
        file="scenario.yaml",
    )


def refused(kind, path, **spec):
    with pytest.raises(InputError) as caught:
        opened(kind, path, **spec)
    return caught.value.problems[0]


def test_prices_become_currency_per_joule(written):
    price = opened("price", written(HOURLY), duration=86400.0)
    assert price.unit == "EUR/J"
    assert price.at(np.array([0.0, 3599.0, 3600.0])) * 3.6e9 == pytest.approx([50, 50, 51])
    per_kwh = opened("price", written(HOURLY), per="kWh")
    assert per_kwh.at(np.zeros(1)) * 3.6e6 == pytest.approx([50])


def test_carbon_becomes_kg_per_joule_by_the_chosen_basis(written):
    path = written(CARBON)
    assert opened("carbon", path).at(np.array([7200.0])) * 3.6e9 == pytest.approx([362.0])
    assert opened("carbon", path, basis="lca").at(np.array([0.0])) * 3.6e9 == pytest.approx([400.0])
    assert "did you mean 'direct'" in refused("carbon", path, basis="dirct").message


def test_frequency_is_linear_between_seconds(written):
    frequency = opened("frequency", written(FREQUENCY), duration=60.0)
    assert frequency.at(np.array([0.5, 10.25])) == pytest.approx([49.9995, 49.98975])


def test_utilisation_needs_its_unit_and_keeps_to_it(written):
    path = written(LOAD)
    assert opened("workload", path).at(np.array([25.0])).tolist() == [0.02]
    assert opened("workload", path, column="cpu_frac", unit="fraction").at(np.array([20.0])).tolist() == [
        0.02
    ]
    problem = refused("workload", path, unit="fraction")
    assert problem.line == 4 and "2 is out of range, expected 0 to 1" in problem.message
    assert refused("workload", path, unit=None).key == "signals.workload.unit"
    assert "did you mean 'cpu_pct'" in refused("workload", path, column="cpu_pc").message


def test_gzip_is_read_whatever_the_name(written):
    packed = gzip.compress(HOURLY.encode())
    assert opened("price", written(packed, "p.csv.gz")).at(np.zeros(1)) > 0
    assert opened("price", written(packed, "p.csv")).at(np.zeros(1)) > 0


def test_a_semicolon_or_windows_file(written):
    assert "separated by ';'" in refused("price", written(HOURLY.replace(",", ";"))).message
    windows = ("\ufeff" + HOURLY.replace("\n", "\r\n")).encode()
    assert opened("price", written(windows)).at(np.zeros(1)) > 0


DEFECTS = [
    ("price", b"", "empty"),
    ("price", b"  \n", "empty"),
    ("price", b"utc,price\n", "no data rows"),
    ("price", gzip.compress(HOURLY.encode())[:-20], "truncated"),
    ("price", gzip.compress(HOURLY.encode())[:-8] + b"\0" * 8, "damaged"),
    ("price", HOURLY.encode() + b"\x00\x01", "binary"),
    ("price", HOURLY.replace("price", "pr\xefce").encode("latin-1"), "not UTF-8"),
    ("price", b"PK\x03\x04junk", "spreadsheet"),
    ("price", HOURLY.replace("price", "prce"), "did you mean 'prce'"),
    ("price", HOURLY.replace("73", "7x3"), "found '7x3'"),
    ("price", HOURLY.replace("73", "inf"), "infinite"),
    ("price", HOURLY.replace("T05:00Z", "T05:00"), "without a zone"),
    ("price", HOURLY.replace("T05:00Z", "T25:00Z"), "expected an instant"),
    ("price", HOURLY.replace("T05:00Z", "T04:00Z"), "appears twice"),
    ("price", HOURLY.replace("T05:00Z", "T03:00Z"), "must increase"),
    ("price", HOURLY.replace(",55", ",55,1"), "3 cells, the header has 2"),
    ("price", HOURLY.replace(",5", ",0.05").replace(",6", ",0.06").replace(",7", ",0.07"), "per kWh"),
    ("price", HOURLY.replace(",55", ",5500000"), "less than a million"),
    ("carbon", CARBON.replace(",36", ",0.36").replace(",37", ",0.37").replace(",38", ",0.38"), "kg/kWh"),
    ("carbon", CARBON.replace(",365,", ",-5,"), "0 to 3000 g/kWh"),
    ("frequency", FREQUENCY.replace(",49.", ",0.99").replace(",50.0", ",1.0"), "looks like per unit"),
    ("frequency", FREQUENCY.replace(",49.99\n", ",4.99\n"), "4.99 is out of range"),
    ("frequency", HOURLY, "expected a column 'frequency_hz'"),
    ("workload", LOAD.replace("50,5,", "50,105,"), "105 is out of range"),
]


@pytest.mark.parametrize(("kind", "content", "said"), DEFECTS, ids=[said for _, _, said in DEFECTS])
def test_each_defect_is_said(written, kind, content, said):
    path = written(content)
    problem = refused(kind, path, duration=600.0)
    assert said in problem.message
    assert problem.file == str(path)
    assert problem.key.startswith(f"signals.{kind}")


@pytest.mark.parametrize(
    ("kind", "content", "line"),
    [
        ("price", HOURLY.replace("73", "7x3"), 25),
        ("frequency", FREQUENCY.replace(",49.99\n", ",4.99\n"), 13),
        ("price", HOURLY.replace("T05:00Z", "T04:00Z"), 7),
    ],
)
def test_defects_name_their_line(written, kind, content, line):
    assert refused(kind, written(content)).line == line


def test_units_of_weather(written):
    rows = [(10 + h, 50 + h) for h in range(24)]

    def table(convert, humidity=1.0):
        body = "".join(
            f"2024-01-01T{h:02d}:00,{convert(t)},{r * humidity}\n" for h, (t, r) in enumerate(rows)
        )
        return "local_time,t_c,rh_pct\n" + body

    weather = opened("weather", written(table(lambda t: t)), duration=3600.0)
    assert weather.at(np.array([1800.0])).dry_bulb == pytest.approx([10.5])
    assert "Fahrenheit" in refused("weather", written(table(lambda t: 1.8 * t + 32.0))).message
    assert "kelvin" in refused("weather", written(table(lambda t: t + 273.15))).message
    assert "fraction" in refused("weather", written(table(lambda t: t, 0.01))).message
    assert refused("weather", written(table(lambda t: t)), utc_offset=None).key.endswith("utc_offset")
    assert "altitude" in refused("weather", written(table(lambda t: t)), site=Site()).message


def local_prices(stamps):
    return "utc,price\n" + "".join(f"{stamp},{40 + i}\n" for i, stamp in enumerate(stamps))


def test_the_skipped_spring_hour_is_refused(written):
    path = written(local_prices(["2024-03-31T01:00", "2024-03-31T02:00"]))
    problem = refused("price", path, time_zone="Europe/Berlin")
    assert problem.line == 3 and "does not exist in Europe/Berlin" in problem.message


def test_the_doubled_autumn_hour_is_read_in_file_order(written):
    path = written(local_prices([f"2024-10-27T0{h}:00" for h in (0, 1, 2, 2, 3, 4)]))
    start = datetime.fromisoformat("2024-10-26T22:00:00Z")
    price = opened("price", path, time_zone="Europe/Berlin", start=start, duration=6 * 3600.0)
    assert price.at(np.arange(6) * 3600.0) * 3.6e9 == pytest.approx(np.arange(40, 46))
    assert any("twice" in said for said in price.report)
    single = written(local_prices([f"2024-10-27T0{h}:00" for h in (0, 1, 2, 3, 4)]))
    assert (
        "gap inside the run"
        in refused("price", single, time_zone="Europe/Berlin", start=start, duration=5 * 3600.0).message
    )


def test_utc_offset_shifts_local_stamps(written):
    path = written(HOURLY.replace("Z", ""))
    start = datetime.fromisoformat("2024-01-01T00:00:00+08:00")
    assert opened("price", path, utc_offset=28800.0, start=start).at(np.zeros(1)) * 3.6e9 == pytest.approx(
        [50.0]
    )
    assert "did you mean" in refused("price", path, time_zone="Europe/Berln").message
    assert "carry their own zone" in refused("price", written(HOURLY), utc_offset=0.0).message


def test_missing_files_say_where_they_were_looked_for(tmp_path, monkeypatch, written):
    written(HOURLY, "prices.csv")
    monkeypatch.delenv("TWIN_DATA", raising=False)
    with pytest.raises(InputError, match=r"TWIN_DATA, which is unset; did you mean 'prices.csv'"):
        locate("price.csv", tmp_path)
    monkeypatch.setenv("TWIN_DATA", str(tmp_path))
    assert locate("prices.csv", None) == tmp_path / "prices.csv"
    with pytest.raises(InputError, match="is a folder"):
        locate(".", tmp_path)


def epw(**changes):
    head = ["LOCATION,Test,XX,YY,Z,0,10.0,20.0,8.0,50.0"] + [f"HEADER {i}" for i in range(2, 8)]
    head.append("DATA PERIODS,1,1,Data,Sunday,1/ 1,12/31")
    rows = []
    for day in range(365):
        date = np.datetime64("2023-01-01") + day
        month, dom = int(str(date)[5:7]), int(str(date)[8:10])
        for hour in range(1, 25):
            value = changes.get((month, dom, hour), f"{month + hour / 100:.2f}")
            rows.append(f"2013,{month},{dom},{hour},30,?9,{value},-5.0,60,101000,0")
    return "\r\n".join(head + rows)


def test_epw_hour_24_ends_at_midnight_of_local_standard_time(written):
    path = written(epw(), "x.epw")
    start = datetime.fromisoformat("2024-06-30T00:00:00+08:00")
    weather = opened("weather", path, reader="epw", utc_offset=None, start=start, duration=2 * 86400.0)
    # The stamp 24 of 30 June is 1 July 00:00; hour 1 ends at 01:00.
    found = weather.at(np.array([24.0, 25.0, 24.5]) * 3600.0).dry_bulb
    assert found == pytest.approx([6.24, 7.01, 6.625])
    assert weather.at(np.zeros(1)).pressure == pytest.approx([101000.0])


def test_epw_leap_day_plays_28_february(written):
    path = written(epw(), "x.epw")
    start = datetime.fromisoformat("2024-02-29T12:00:00+08:00")
    weather = opened("weather", path, reader="epw", utc_offset=None, start=start, duration=86400.0)
    assert weather.at(np.array([0.0, 12.0, 13.0]) * 3600.0).dry_bulb == pytest.approx([2.12, 2.24, 3.01])
    assert any("29 February" in said for said in weather.report)


def test_epw_missing_flags_are_gaps(written):
    path = written(epw(**{}).replace("2013,6,30,5,30,?9,6.05", "2013,6,30,5,30,?9,99.9"), "x.epw")
    start = datetime.fromisoformat("2024-06-30T00:00:00+08:00")
    spec = {"reader": "epw", "utc_offset": None, "start": start, "duration": 86400.0}
    assert "gap inside the run" in refused("weather", path, **spec).message
    weather = opened("weather", path, **spec, fill="linear")
    assert weather.at(np.array([5.0 * 3600.0])).dry_bulb == pytest.approx([6.05])


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("LOCATION", "LOCATIN", "line 1 must be LOCATION"),
        ("DATA PERIODS,1,1", "DATA PERIODS,1,4", "one record per hour"),
        ("2013,6,30,5,", "2013,6,31,5,", "no such hour"),
        ("2013,6,30,5,", "2013,6,30,4,", "appears twice"),
        ("?9,6.05", "?9,62.05", "out of range"),
        ("?9,6.05", "?9,six", "expected numbers"),
    ],
)
def test_epw_defects(written, old, new, said):
    problem = refused("weather", written(epw().replace(old, new), "x.epw"), reader="epw", utc_offset=None)
    assert said in problem.message


EPW = epw()
GOOD = {"price": HOURLY, "carbon": CARBON, "frequency": FREQUENCY, "workload": LOAD}


@pytest.mark.parametrize("kind", sorted(SPECS))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    content=st.one_of(
        st.binary(max_size=300), st.text(max_size=200).map(lambda s: s.encode("utf-8", "ignore"))
    )
)
def test_random_bytes_raise_only_input_errors(written, kind, content):
    with pytest.raises(InputError):
        opened(kind, written(content))


@pytest.mark.parametrize("kind", sorted(GOOD))
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    edits=st.lists(
        st.tuples(st.integers(0, 10**6), st.sampled_from(list('0159-+.,:;TZe\n "#x')), st.booleans()),
        min_size=1,
        max_size=4,
    ),
    fill=st.sampled_from(["none", "hold", "linear", "previous-day"]),
)
def test_a_damaged_file_is_read_finite_or_refused(written, kind, edits, fill):
    content = GOOD[kind]
    for place, letter, insert in edits:
        at = place % len(content)
        content = content[:at] + letter + content[at + (0 if insert else 1) :]
    try:
        signal = opened(kind, written(content), duration=50.0, fill=fill)
    except InputError:
        return
    assert np.all(np.isfinite(signal.at(np.linspace(0.0, 50.0, 11))))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    edits=st.lists(
        st.tuples(st.integers(0, 1500), st.sampled_from(list('0159-+.,:Ze\n "')), st.booleans()),
        min_size=1,
        max_size=4,
    )
)
def test_a_damaged_epw_is_read_finite_or_refused(written, edits):
    content = EPW
    for place, letter, insert in edits:
        content = content[:place] + letter + content[place + (0 if insert else 1) :]
    try:
        weather = opened("weather", written(content, "x.epw"), reader="epw", utc_offset=None, duration=3600.0)
    except InputError:
        return
    assert np.all(np.isfinite(np.asarray(weather.at(np.linspace(0.0, 3600.0, 11)))))
