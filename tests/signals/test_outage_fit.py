"""Outage fits: known parameters recovered, place-holders left out, unknown names refused."""

import numpy as np
import pytest

from twin.errors import InputError
from twin.signals.fit import fit_outages, reliability_of

HEADER = "OBS,YEAR,U.S._STATE,OUTAGE.DURATION\n"
RELIABILITY = "State,Year,CAIDI_All_Events,SAIFI_All_Events\nOhio,2015,138.0,1.2\nTexas,2015,,1.8\n"


def record(minutes):
    return HEADER + "".join(f"{i},2015,Ohio,{m}\n" for i, m in enumerate(minutes))


def test_maximum_likelihood_recovers_a_lognormal(written):
    log = np.log(90.0) + 1.3 * np.random.default_rng(1).standard_normal(4000)
    model = fit_outages(written(record(np.exp(log))))
    usable = log[log > 0.0]
    assert model.median_s == pytest.approx(60.0 * np.exp(usable.mean()), rel=1e-9)
    assert model.sigma == pytest.approx(usable.std(), rel=1e-9)
    assert model.median_s == pytest.approx(5400.0, rel=0.08)
    assert model.sigma == pytest.approx(1.3, abs=0.05)
    assert model.ks < 1.36 / np.sqrt(4000)
    assert model.rate_per_year is None


def test_the_ks_distance_tells_a_bad_fit(written):
    two_humps = np.concatenate([np.full(50, 10.0), np.full(50, 1000.0)])
    assert fit_outages(written(record(two_humps))).ks > 0.3


def test_missing_and_placeholder_durations_are_left_out_and_counted(written):
    model = fit_outages(written(record(["", 0, 1, *range(10, 30)])))
    assert model.n == 20
    assert "1 missing and 2 of 0 or 1 min" in model.note


def test_rate_and_scale_from_a_reliability_table(written):
    path, table = written(record(range(10, 40))), written(RELIABILITY, "table.csv")
    model = fit_outages(path, "Ohio", 2015, reliability=table, scale_to_caidi=True)
    assert model.rate_per_year == 1.2
    assert model.median_s * np.exp(0.5 * model.sigma**2) == pytest.approx(138.0 * 60.0)


def test_what_cannot_be_fitted_is_refused(written):
    path, table = written(record(range(10, 40))), written(RELIABILITY, "table.csv")
    with pytest.raises(InputError, match="did you mean 'Ohio'"):
        fit_outages(path, "Ohoi")
    with pytest.raises(InputError, match="ten or more"):
        fit_outages(path, year=2016)
    with pytest.raises(InputError, match="not reported"):
        reliability_of(table, "Texas", 2015)
    with pytest.raises(InputError, match="0 rows for Ohio 2016; the table has 2015 to 2015"):
        reliability_of(table, "Ohio", 2016)
    with pytest.raises(InputError, match="nothing to fit"):
        fit_outages(written(record([60] * 20)))
    with pytest.raises(InputError, match="0 min or more"):
        fit_outages(written(record([-5, *range(10, 40)])))
