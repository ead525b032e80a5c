"""The loop on whole sites: energy, step length, resuming, and what policies do."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest

from twin import accounts
from twin.engine import Run, checkpoint_arrays, go, restore
from twin.kernels import fields as f
from twin.policies import Controls, View
from twin.run import execute, prepare
from twin.scenario.load import load

OUTAGE = "events=[{type: outage, at: 20 s, duration: 40 s, feeds: all}]"
SAG = "events=[{type: sag, at: 20 s, duration: 66 ms, residual: 0.3, feeds: all}]"
SHORT = ("run.duration=2 min", "record.trace=null")
QUICK_RETURN = tuple(
    override
    for bus in ("bus-a", "bus-b")
    for override in (
        f"electrical.buses.{bus}.transfer={{type: transfer-standard, retransfer_delay: 10 s}}",
        f"electrical.buses.{bus}.sequence=null",
    )
)


def finished(*overrides: str, scenario: str = "hall-2mw") -> Run:
    run, _ = prepare(load(scenario, overrides), "cpu")
    go(run)
    return run


def residuals(run: Run) -> dict[str, float]:
    balance = accounts.balance(run.site, run.machine.states(), run.start)
    return {name: float(a["relative"].max()) for name, a in balance.items() if "relative" in a}


@pytest.mark.parametrize("events", [OUTAGE, SAG, "events=[]"])
def test_energy_closes_in_every_class(events: str) -> None:
    run = finished(*SHORT, *QUICK_RETURN, events)
    found = residuals(run)
    assert set(found) >= {"bus", "genset", "battery", "ups", "pdu", "rack", "rack_heat", "hall", "plant"}
    assert max(found.values()) < 1e-9, found


def test_energy_closes_across_classes() -> None:
    """What a class hands down is what the next takes: feed to bus, bus to UPS, UPS to PDU, PDU to racks."""
    run = finished(*SHORT, *QUICK_RETURN, OUTAGE)
    s = run.machine.states()
    sources = (
        s["feed"][0, f.FEED_E_OUT].sum() + s["genset"][0, f.GEN_E_OUT].sum() + s["pcs"][0, f.PCS_E_OUT].sum()
    )
    assert s["bus"][0, f.BUS_E_IN].sum() == pytest.approx(sources, rel=1e-12)
    assert s["pdu"][0, f.PDU_E_OUT].sum() == pytest.approx(s["rack"][0, f.RACK_E_IN].sum(), rel=1e-12)
    mechanical = s["hall"][0, f.HALL_E_ELEC].sum() + s["plant"][0, f.PLANT_E_ELEC].sum()
    mechanical += s["cdu"][0, f.CDU_E_ELEC].sum()
    on_bus = s["bus"][0, f.BUS_E_OUT].sum() - s["ups"][0, f.UPS_E_BUS].sum()
    charged = s["battery"][0, f.BAT_E_IN].sum()
    on_ups = s["ups"][0, f.UPS_E_OUT].sum() - charged - s["pdu"][0, f.PDU_E_IN].sum()
    assert on_bus + on_ups == pytest.approx(mechanical, rel=1e-9)
    heat = s["rack"][0, f.RACK_E_HEAT].sum() + s["hall"][0, f.HALL_E_ELEC].sum()
    assert s["hall"][0, f.HALL_E_IN].sum() == pytest.approx(heat, rel=1e-12)


@pytest.mark.parametrize("events", [OUTAGE, SAG])
def test_results_do_not_depend_on_the_step(events: str) -> None:
    """1, 5 and 20 ms agree within 0.5 % in energies, charge, fuel and temperatures."""
    found = {}
    for step in ("1 ms", "5 ms", "20 ms"):
        run = finished(*SHORT, *QUICK_RETURN, events, f"run.step={step}")
        s = run.machine.states()
        found[step] = np.array(
            [
                s["feed"][0, f.FEED_E_OUT].sum(),
                s["rack"][0, f.RACK_E_IN].sum(),
                s["rack"][0, f.RACK_T_INLET_MAX].max(),
                s["rack"][0, f.RACK_T_MASS].mean(),
                s["battery"][0, f.BAT_E_OUT].sum(),
                s["battery"][0, f.BAT_SOC].min(),
                s["genset"][0, f.GEN_FUEL].sum(),
                s["genset"][0, f.GEN_E_OUT].sum(),
                s["plant"][0, f.PLANT_T].mean(),
            ]
        )
    for step in ("5 ms", "20 ms"):
        np.testing.assert_allclose(found[step], found["1 ms"], rtol=5e-3, atol=1e-9)


def test_racks_behind_a_ups_do_not_see_a_sag() -> None:
    run = finished(*SHORT, SAG)
    s = run.machine.states()
    assert (s["rack"][0, f.RACK_LOST_AT] == -1.0).all()
    assert (s["ups"][0, f.UPS_TRANSFERS] == 1.0).all()


def test_an_outage_longer_than_battery_and_without_generators_stops_the_racks() -> None:
    run = finished(
        *SHORT,
        *QUICK_RETURN,
        "electrical.generators={}",
        "electrical.buses.bus-a.sequence=null",
        "electrical.buses.bus-b.sequence=null",
        "electrical.ups.ups-1.battery={type: lfp-ups-50ah, energy: 150 kWh}",
        "electrical.ups.ups-1.initial_soc=0.15",
        "events=[{type: outage, at: 20 s, duration: 90 s, feeds: all}]",
    )
    s = run.machine.states()
    lost = s["rack"][0, f.RACK_LOST_AT]
    # A tenth of 2 x 150 kWh lasts 75 s at 1.45 MW, less what the packs lose, more by what they charged before.
    assert (lost > 20.0 + 60.0).all() and (lost < 20.0 + 85.0).all()
    assert s["rack"][0, f.RACK_E_UNSERVED].sum() > 0.0
    assert s["battery"][0, f.BAT_SOC].min() >= run.site.params["battery"][0, f.BAT_SOC_MIN].min() - 1e-6


def test_a_restored_run_goes_on_to_the_same_bits() -> None:
    overrides = (*SHORT, *QUICK_RETURN, OUTAGE)
    whole = finished(*overrides)
    first, _ = prepare(load("hall-2mw", overrides), "cpu")
    last = first.timing.intervals
    first.timing.intervals = 70
    go(first)
    saved = {name: np.array(a) for name, a in checkpoint_arrays(first, first.machine.states()).items()}
    second, _ = prepare(load("hall-2mw", overrides), "cpu")
    restore(second, 70, saved)
    assert second.timing.intervals == last
    go(second)
    for name, block in whole.machine.states().items():
        np.testing.assert_array_equal(block, second.machine.states()[name], err_msg=name)


def test_containment_from_ups_batteries_stops_at_the_reserve() -> None:
    """Low frequency discharges the batteries along the curve, and never below the reserve."""
    run = finished(
        "run.duration=6 min",
        "record.trace=null",
        "events=[]",
        "signals.frequency={constant: 49.4 Hz}",
        "electrical.ups.ups-1.battery={type: lfp-ups-50ah, energy: 300 kWh}",
        "policies=[{type: dynamic-containment, ups: [ups-1], power: 3 MW, reserve: 0.8}]",
    )
    s = run.machine.states()
    soc = s["battery"][0, f.BAT_SOC, :2]
    assert (soc >= 0.8 - 1e-9).all()
    assert (soc < 0.81).all()
    assert (s["rack"][0, f.RACK_LOST_AT] == -1.0).all()
    assert max(residuals(run).values()) < 1e-9


@pytest.mark.parametrize(
    ("frequency", "share"), [(50.0, 0.0), (49.8, 0.05), (49.65, 0.525), (49.5, 1.0), (50.5, -1.0)]
)
def test_storage_follows_the_containment_curve(frequency: float, share: float) -> None:
    """GB Dynamic Containment: 5 % at 0.2 Hz, all of it at 0.5 Hz, charging when frequency is high."""
    run = finished(
        "run.duration=10 s",
        "record.trace=null",
        "events=[]",
        f"signals.frequency={{constant: {frequency} Hz}}",
        "electrical.storage={bess: {bus: bus-a, battery: {type: lfp-280ah}, converter: {type: pcs-generic},"
        " power: 1 MW, energy: 2 MWh, reserve: 0.2, initial_soc: 0.5}}",
        "policies=[{type: dynamic-containment, storage: [bess], power: 1 MW, reserve: 0.2}]",
    )
    s = run.machine.states()
    standby = run.site.params["pcs"][0, f.PCS_LOSS_0, 0] * 1e6
    expected = share * 1e6 if share else -standby
    assert s["pcs"][0, f.PCS_POWER, 0] == pytest.approx(expected, rel=1e-9)


def test_a_site_moves_the_grid_it_hangs_on() -> None:
    """With the area model, response from the site's storage raises the nadir of the grid's frequency."""
    base = (
        "run.duration=90 s",
        "run.coarse_step=20 ms",
        "run.step=20 ms",
        "record.trace=null",
        "events=[]",
        "electrical.storage={bess: {bus: bus-a, battery: {type: lfp-280ah}, converter: {type: pcs-generic},"
        " power: 2 MW, energy: 4 MWh, reserve: 0.2, initial_soc: 0.9}}",
        "signals.frequency={area: gb-2019-08-09, event_at: 10 s, sites: 100}",
    )
    policy = "policies=[{type: dynamic-containment, storage: [bess], power: 2 MW, reserve: 0.2}]"
    without = finished(*base, "policies=[]")
    with_response = finished(*base, policy)
    nadirs = [run.machine.states()["area"][0, f.AREA_NADIR, 0] for run in (without, with_response)]
    assert nadirs[0] < 49.2
    assert nadirs[1] > nadirs[0] + 0.02


def test_arbitrage_buys_low_and_sells_high() -> None:
    from twin.policies.arbitrage import plan_arbitrage

    price = np.array([10.0, 10.0, 100.0, 100.0]) / 3.6e9
    plan = plan_arbitrage(price, 3600.0, 1.8e9, 0.0, 3.6e9, 1e6, 0.95)
    assert plan[:2].max() <= 0.0 and plan[2:].min() >= 0.0
    stored = 1.8e9 + np.cumsum(np.where(plan < 0, -plan * 0.95, -plan / 0.95)) * 3600.0
    assert stored.min() >= -1.0 and stored.max() <= 3.6e9 + 1.0
    assert -(plan * price).sum() < 0.0


def test_a_flat_price_is_not_worth_a_cycle() -> None:
    from twin.policies.arbitrage import plan_arbitrage

    plan = plan_arbitrage(np.full(24, 5e-8), 3600.0, 1.8e9, 0.0, 3.6e9, 1e6, 0.95)
    np.testing.assert_allclose(plan, 0.0, atol=1.0)


class HalfTheWork:
    """A user's own policy: halve every workload."""

    def act(self, view: View, controls: Controls) -> None:
        controls.utilisation *= 0.5


def test_a_users_policy_acts() -> None:
    overrides = ("run.duration=30 s", "events=[]", "record.trace=null")
    plain = finished(*overrides)
    run, _ = prepare(load("hall-2mw", overrides), "cpu", [HalfTheWork()])
    go(run)
    power = [r.machine.states()["rack"][0, f.RACK_POWER_IT].sum() for r in (plain, run)]
    assert power[1] < 0.9 * power[0]


def test_result_file_is_readable_by_xarray(tmp_path: Path) -> None:
    xr = pytest.importorskip("xarray")
    pytest.importorskip("h5netcdf")
    path = tmp_path / "run.h5"
    execute(load("hall-2mw", ("run.duration=1 min", "events=[]")), path, "cpu")
    with xr.open_datatree(path, engine="h5netcdf") as tree:
        site = tree["site"].ds
        assert site.power_grid.attrs["units"] == "W"
        assert str(site.time.values[0]).startswith("2024-07-01T12:00:01")
        assert tree["rack"].ds.temperature_inlet.dims == ("member", "time", "rack")
        assert tree.attrs["status"] == "complete"
    with h5py.File(path) as file:
        assert float(np.nanmax(np.abs(file["accounts"]["relative"][...]))) < 1e-9
