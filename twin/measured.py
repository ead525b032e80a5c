"""Open the record of the grid's voltage that a scenario plays."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from twin.disturbances import ALL, Measured
from twin.errors import InputError
from twin.signals.file_signal import file_series, has_column

if TYPE_CHECKING:
    from twin.scenario.scenario import Scenario

KEY = "signals.voltage"


def open_measured(scenario: Scenario, duration: float, base_dir: Path | None) -> Measured:
    """Open `signals.voltage` of a scenario for a run of `duration` [s].

    Raises
    ------
    InputError
        For anything the file lacks, and for a record of frequency beside a frequency signal that moves.
    """
    source = scenario.signals.voltage
    assert source is not None
    order = list(scenario.electrical.feeds)
    feeds = (ALL,) if "all" in source.feeds else tuple(order.index(name) for name in source.feeds)
    spec = source.spec()
    nominal = scenario.electrical.frequency

    def opened(name: str, spec: dict[str, Any]) -> Any:
        try:
            return file_series("voltage", spec, name, scenario.run.start.timestamp(), duration, base_dir)
        except InputError as error:
            named = [
                replace(p, key=f"{KEY}.{p.key}" if p.key else KEY, file=p.file or scenario.source)
                for p in error.problems
            ]
            raise InputError(named) from error

    voltage = opened("voltage", spec)
    frequency = None
    if has_column(spec, base_dir, "frequency_hz"):
        if scenario.signals.frequency.constant != nominal:
            raise scenario.refuse(
                "signals.frequency",
                f"the record of {KEY} has a frequency of its own: expected constant: {nominal:g} Hz",
            )
        plain = {key: value for key, value in spec.items() if key not in ("nominal", "scale")}
        frequency = opened("voltage frequency", plain | {"reader": "voltage-rms-frequency"})
    return Measured(voltage, frequency, nominal, feeds)
