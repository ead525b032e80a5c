"""`twin demo`: a real grid event, what happened in a hall, what it cost, and a report to open.

The scenario is `assets/scenarios/demo.yaml`. It is run twice, with and without the frequency service; every
number of the story is read from the two result files.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from twin.errors import InputError
from twin.report.answers import amount, duration
from twin.result import Quantity, Result, open_result

if TYPE_CHECKING:
    from twin.scenario.scenario import Scenario

Bar = Callable[[int, str], AbstractContextManager[Callable[[int], None]]]

MEASURED = "freq_gb_2019-08-09/neso-frequency-2019-08-09-event-window.csv"
"""The frequency of the day, once a second, below the folder named by TWIN_DATA."""

AVAILABILITY_PRICE = 17.0 / (1e6 * 3600.0)
"""Pay for offering Dynamic Containment [GBP/(W s)]: 17 GBP per MW and hour, the cap at which it was bought when it
began in October 2020 (National Grid ESO, soft-launch terms; remembered)."""

WITH, WITHOUT = "demo.h5", "demo-without-service.h5"


def demo_command(output: Path, backend: str, bar: Bar) -> Iterator[str]:
    """Run the demo and tell what happened.

    Parameters
    ----------
    output : Path
        Folder for both results and the report; made when it is missing, what the demo left there before is
        replaced.
    backend : str
        auto, cpu, cuda or sim.
    bar : callable
        `bar(total, what)` shows progress; the context it returns gives a function of the intervals done.

    Yields
    ------
    str
        Lines of the story.

    Raises
    ------
    InputError
        When the folder cannot be written or the backend is not there.
    """
    from twin.durable import explained
    from twin.report import write_report
    from twin.run import execute

    if output.exists() and not output.is_dir():
        raise InputError(f"{output}: is a file; expected a folder for the results")
    with explained(output):
        output.mkdir(parents=True, exist_ok=True)
    yield "Running the hall twice, with and without the frequency service (the first run compiles the models)."
    for file, overrides in ((WITH, []), (WITHOUT, ["policies=[]"])):
        scenario = demo_scenario(overrides)
        with bar(scenario.run.intervals, scenario.name) as progress:
            execute(scenario, output / file, backend, overwrite=True, progress=progress)
    page = write_report(output / WITH, output / "demo.html")
    with open_result(output / WITH) as served, open_result(output / WITHOUT) as plain:
        yield from story(served, plain, demo_scenario([]))
    yield ""
    yield f"The report: open {page} in a browser. The results: {output / WITH} and {output / WITHOUT}."


def demo_scenario(overrides: list[str]) -> Scenario:
    """Load the demo; with the measured frequency where TWIN_DATA has it."""
    from twin.scenario.load import load

    folder = os.environ.get("TWIN_DATA")
    if folder and (Path(folder) / MEASURED).is_file():
        frequency = f"signals.frequency={{file: {MEASURED}, reader: neso, after_end: hold}}"
        overrides = [*overrides, frequency]
    return load("demo", overrides)


def story(served: Result, plain: Result, scenario: Scenario) -> Iterator[str]:
    """Tell both runs in order of time, then compare them."""
    yield ""
    yield f"{served.start:%A %-d %B %Y, %H:%M} UTC. {_hall(served)}"
    yield f"Frequency: {_source(served)}."
    yield "Everything in the hall is modelled; its load, weather, price and carbon intensity are assumed."
    yield ""
    yield from _event(served, scenario)
    yield from _outage(served, scenario)
    yield ""
    yield from _comparison(served, plain, scenario)


def _source(result: Result) -> str:
    source = str(json.loads(str(result.attrs["signals"]))["frequency"])
    measured = "measured" if "grid area model" not in source else "modelled from the published losses"
    # A file's licence follows its name.
    return f"{measured} ({source.partition(';')[0]})"


def _hall(result: Result) -> str:
    racks = f"{result.summary['racks'].value:,.0f}"
    return f"A hall of {racks} racks draws {_power(result.series('site', 'power_grid')[0])} from the grid."


def _event(result: Result, scenario: Scenario) -> Iterator[str]:
    """Tell what the grid did and what the batteries gave, up to the loss of mains."""
    policy: Any = scenario.policies[0]
    before = result.time("site") <= scenario.events[0].at
    time = result.time("site")[before]
    frequency = result.series("site", "frequency")[before]
    given = result.series("battery", "power")[: time.size].sum(axis=1)
    soc = result.series("site", "soc_ups")[before]
    low = int(np.argmin(frequency))
    falls = int(np.argmax(frequency < scenario.electrical.frequency - 0.1))
    yield _at(result, time[falls], "Generation is lost. The frequency falls.")
    yield _at(result, time[low], f"It is lowest at {frequency[low]:.2f} Hz.")
    energy = float(np.maximum(given, 0.0).sum()) * float(result.attrs["interval"])
    yield _more(
        f"The UPS batteries deliver up to {_power(given.max())} of the {_power(policy.power)} on offer, "
        f"{amount(Quantity(energy, 'J', ''))} in all."
    )
    yield _more(
        f"Lowest charge: {soc.min():.0%}; the service stops at {policy.reserve:.0%}, the rest is the racks'."
    )


def _outage(result: Result, scenario: Scenario) -> Iterator[str]:
    """Tell the loss of mains from the event log, and what the heat did."""
    outage = scenario.events[0]
    yield _at(
        result,
        outage.at,
        f"Then what did not happen that day: both feeds are lost for {duration(outage.duration)}.",
    )
    for kind, words in (
        ("ups on battery", "The UPS carry the racks from their batteries."),
        ("genset on bus", "The generators have closed onto their buses."),
        ("mains restored", "The switchgear is back on the mains, after a wait to see that they stay."),
    ):
        found = [event.t for event in result.events if event.kind == kind and event.t >= outage.at]
        if found:
            yield _at(result, min(found), words)
    yield from _heat(result, scenario, outage.at)


def _heat(result: Result, scenario: Scenario, since: float) -> Iterator[str]:
    """Tell how hot the racks became."""
    time, inlet = result.time("site"), result.series("site", "inlet_max")
    delays = [plant.chiller.restart_delay for plant in scenario.cooling.plants.values() if plant.chiller]
    after = time >= since
    hottest = int(np.argmax(np.where(after, inlet, -np.inf)))
    summary = result.summary
    lost, over = float(summary["racks_lost"].value), float(summary["racks_overheated"].value)
    yield _at(
        result,
        time[hottest],
        f"The warmest rack inlet reaches {inlet[hottest]:.1f} °C, from {inlet[after][0]:.1f} °C.",
    )
    if delays:
        yield _more(
            "The chillers stop with the mains and again at the switch back, and need "
            f"{duration(max(delays))} to restart each time."
        )
    yield _more(
        f"{_count(lost)} stopped working; {_count(over).lower()} took in air above the limit of their class, and "
        f"{amount(summary['energy_unserved'])} of work was not served."
    )


def _comparison(served: Result, plain: Result, scenario: Scenario) -> Iterator[str]:
    """Set both runs side by side, and say what the service earns beside what it cost."""
    yield f"{'What it cost':<44}{'with service':>14}{'without':>14}"
    for label, name in (
        ("energy from the grid", "energy_grid"), ("cost of that energy", "cost"),
        ("taken from batteries, not yet put back", "energy_batteries"), ("diesel", "fuel"),
        ("CO2 of grid and diesel", "co2"),
    ):  # fmt: skip
        with_, without = (amount(result.summary[name]) for result in (served, plain))
        yield f"  {label:<42}{with_:>14}{without:>14}"
    policy: Any = scenario.policies[0]
    on_mains = float((served.series("site", "power_grid") > 0.0).sum()) * float(served.attrs["interval"])
    income = policy.power * on_mains * AVAILABILITY_PRICE
    currency = served.summary["cost"].unit
    yield (
        f"Offering {_power(policy.power)} for the {duration(on_mains)} on the mains would earn {income:.2f} {currency} "
        "at the first price of the service (17 GBP per MW and hour, October 2020)."
    )


def _at(result: Result, t: float, words: str) -> str:
    return f"{result.start + timedelta(seconds=float(t)):%H:%M:%S}  {words}"


def _more(words: str) -> str:
    return f"{'':10}{words}"


def _power(watts: float) -> str:
    return amount(Quantity(float(watts), "W", ""))


def _count(racks: float) -> str:
    return "No rack" if racks == 0.0 else f"{racks:,.0f} racks"
