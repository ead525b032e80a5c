"""`twin size`: run a study, write its files, and say in a few lines what was found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from twin.scenario.scenario import Scenario
from twin.sizing.results import DesignResult, StudyResult
from twin.sizing.study import run_study
from twin.sizing.writing import ready_folder, write_study


def size_command(
    scenario: Scenario,
    output: Path,
    *,
    backend: str = "auto",
    count: int | None = None,
    seed: int | None = None,
    progress: Callable[[float], None] | None = None,
) -> list[str]:
    """Run the study of a scenario and write it into the folder `output`.

    Parameters
    ----------
    scenario, backend, count, seed, progress
        As `run_study` takes them.
    output : Path
        Folder of the files; made when it is not there.

    Returns
    -------
    list of str
        Lines for the user.

    Raises
    ------
    InputError
        When something in the scenario cannot be used, or nothing can be written to `output`.
    """
    ready_folder(output)
    result = run_study(scenario, backend=backend, count=count, seed=seed, progress=progress)
    files = write_study(result, output)
    return [*summary(result), *(f"{path}: written" for path in files)]


def summary(result: StudyResult) -> list[str]:
    """What was found, in words."""
    lines = [
        f"{len(result.designs)} designs, each against the same {result.count} outages "
        f"({result.rate:.2f} a year, seed {result.seed}), on {result.device}",
        f"baseline  {line(result.baseline, result.currency)}",
    ]
    if result.best is None:
        lines.append(f"no design survives {100.0 * result.target:g} % of outages")
        best = max(result.designs, key=lambda d: d.survival)
        lines.append(f"nearest   {line(best, result.currency)}")
    else:
        lines.append(f"cheapest  {line(result.best, result.currency)}")
        lines.append(verdict(result.best, result))
        for generators, design in result.best_by_generators.items():
            if design is not result.best:
                lines.append(f"with {generators:2d}   {line(design, result.currency)}")
        without = sorted({d.generators for d in result.designs} - set(result.best_by_generators))
        lines += [f"with {n:2d}   no storage of this study is enough" for n in without]
    return lines + [f"note: {note}" for note in result.notes]


def line(design: DesignResult, currency: str) -> str:
    """One design in one line."""
    return (
        f"{design.name}: {100.0 * design.survival:.2f} % survived "
        f"[{100.0 * design.survival_low:.2f}, {100.0 * design.survival_high:.2f}], "
        f"{design.unserved_per_year / 3.6e9:.2f} MWh unserved a year, "
        f"{design.cost.total / 1e6:.2f} million {currency} over its life"
    )


def verdict(design: DesignResult, result: StudyResult) -> str:
    """Whether the sample is large enough to be sure, and how many diesels go."""
    sure = (
        "and so does the low end of its interval"
        if design.surely_meets
        else f"but the low end of its interval, {100.0 * design.survival_low:.2f} %, does not: draw more outages"
    )
    gone = design.diesels_removed
    fewer = (
        f"{gone} diesel{'s' if gone != 1 else ''} fewer than the baseline" if gone > 0 else "no diesel fewer"
    )
    return f"          it meets the target of {100.0 * result.target:g} %, {sure}; {fewer}"
