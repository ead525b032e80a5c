"""Values with units: every number reaches SI, and nothing else gets through."""

from __future__ import annotations

import contextlib
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from twin.scenario.money import Money, MoneyPer
from twin.scenario.units import Quantity, convert

POWER = Quantity("W", "a power", "2 MW", minimum=0.0)


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("2 MW", "W", 2e6),
        ("2MW", "W", 2e6),
        ("1.5e3 kVA", "W", 1.5e6),
        ("5.5 MWh", "J", 5.5 * 3.6e9),
        ("15 min", "s", 900.0),
        ("24 degC", "degC", 24.0),
        ("24 °C", "degC", 24.0),
        ("300 K", "degC", 26.85),
        ("75 degF", "degC", (75 - 32) / 1.8),
        ("4 K", "K", 4.0),
        ("4 delta_degC", "K", 4.0),
        ("280 Ah", "C", 280 * 3600.0),
        ("0.2 mohm", "ohm", 2e-4),
        ("380 g/kWh", "kg/J", 0.38 / 3.6e6),
        ("1.5 L/min/kW", "m^3/s/W", 1.5e-3 / 60 / 1e3),
        ("16 kW/degC", "W/K", 16e3),
        ("1.2 /year", "1/s", 1.2 / (365.25 * 86400)),
        ("0.261 L/kWh", "m^3/J", 0.261e-3 / 3.6e6),
        ("50 %", "", 0.5),
        ("0.5", "", 0.5),
        ("-8.7 deg", "deg", -8.7),
    ],
)
def test_known_conversions(text: str, unit: str, expected: float) -> None:
    assert convert(text, unit) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("5 m", "W"), ("5", "W"), ("5 W W", "W"), ("5 wat", "W"), ("", "W"), ("MW", "W"), ("nan W", "W"),
        ("inf W", "W"), ("1e999 W", "W"), ("1e308 GW", "W"), ("9**9**9 W", "W"), ("5 W**9**9", "W"),
        ("4 degC", "K"), ("0.5 rad", ""), ("50 %", "deg"), ("5 %", "W"), ("1 (W", "W"), ("1 __import__", "W"),
        ("1 W\x00", "W"), ("2,5 MW", "W"), ("1_000 W", "W"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(text: str, unit: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        convert(text, unit)


def test_a_wrong_dimension_says_what_was_expected() -> None:
    with pytest.raises(PydanticCustomError) as caught:
        POWER.parse("5 m")
    assert caught.value.message() == "expected a power such as '2 MW', got '5 m'"


@pytest.mark.parametrize("value", [5, 5.0, True, None, [], {}, "-1 W", math.nan, math.inf, 10**400])
def test_bare_numbers_other_types_and_negative_values_are_refused(value: object) -> None:
    with pytest.raises(PydanticCustomError):
        POWER.parse(value)


@pytest.mark.parametrize("value", [math.nan, math.inf, -0.1, 1.1, "-1 %", True, 10**400])
def test_a_fraction_keeps_its_bounds(value: object) -> None:
    with pytest.raises(PydanticCustomError):
        Quantity("", "a fraction", "0.5", minimum=0.0, maximum=1.0).parse(value)


UNITS = {"W": 1.0, "kW": 1e3, "MW": 1e6, "GW": 1e9}


@given(st.floats(0.0, 1e9, allow_subnormal=False), st.sampled_from(sorted(UNITS)))
def test_any_power_converts_by_its_prefix(number: float, unit: str) -> None:
    assert convert(f"{number!r} {unit}", "W") == pytest.approx(number * UNITS[unit], rel=1e-12)


@given(st.text(max_size=40))
def test_any_text_is_a_finite_power_or_refused(text: str) -> None:
    try:
        value = POWER.parse(text)
    except PydanticCustomError:
        return
    assert math.isfinite(value)
    assert value >= 0.0


@given(st.from_regex(r"[0-9]{1,3}(\.[0-9])? [A-Za-z/*^°% 0-9]{0,24}", fullmatch=True))
def test_any_unit_text_is_read_or_refused(text: str) -> None:
    for unit in ("W", "K", "degC", "", "1/s"):
        with contextlib.suppress(ValueError):
            assert math.isfinite(convert(text, unit))


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("80 EUR/MWh", "J", Money("EUR", 80 / 3.6e9)),
        ("-12.5 EUR/MWh", "J", Money("EUR", -12.5 / 3.6e9)),
        ("0.65 CNY/kWh", "J", Money("CNY", 0.65 / 3.6e6)),
        ("36.1 CNY/kW/month", "W*month", Money("CNY", 0.0361)),
        ("650 USD/kW", "W", Money("USD", 0.65)),
        ("20000 EUR", "", Money("EUR", 20000.0)),
    ],
)
def test_money(text: str, unit: str, expected: Money) -> None:
    found = MoneyPer(unit, "money", "80 EUR/MWh", minimum=None).parse(text)
    assert found.currency == expected.currency
    assert found.value == pytest.approx(expected.value, rel=1e-12)


@pytest.mark.parametrize(
    "text", ["80", "80 MWh", "80 EUR", "80 EUR/kW", "80 EUX/MWh", "EUR/MWh", "80 eur/MWh", 80]
)
def test_money_that_is_not_a_price_is_refused(text: object) -> None:
    with pytest.raises(PydanticCustomError):
        MoneyPer("J", "a price", "80 EUR/MWh").parse(text)


def test_an_unknown_currency_names_the_nearest() -> None:
    with pytest.raises(PydanticCustomError, match="did you mean 'EUR'"):
        MoneyPer("J", "a price", "80 EUR/MWh").parse("80 EUX/MWh")
