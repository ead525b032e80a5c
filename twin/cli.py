"""The command `twin`. Imports are made inside commands, so that `twin --help` answers at once."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    name="twin",
    help="A digital twin of a data centre: power, cooling and heat, from milliseconds to years.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

ScenarioArg = Annotated[str, typer.Argument(help="Scenario file, or the name of a shipped scenario.", show_default=False)]
SetOption = Annotated[
    list[str] | None, typer.Option("--set", metavar="PATH=VALUE", help="Override a key, e.g. run.duration='10 min'.")
]
BackendOption = Annotated[str, typer.Option("--backend", help="auto, cpu, cuda or sim.")]


@contextmanager
def bar(total: int, what: str) -> Iterator[Callable[[int], None]]:
    """Show a progress bar on standard error while something long goes on."""
    from rich.console import Console
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(what, total=total)
        yield lambda done: shown.update(task, completed=done)


@app.command()
def check(scenario: ScenarioArg, set_: SetOption = None) -> None:
    """Check a scenario and its signals, and say what was found, without running it."""
    from twin.facility import build
    from twin.inputs import open_inputs
    from twin.policies import make_policies
    from twin.scenario.load import load

    checked = load(scenario, set_ or [])
    facility = build(checked)
    inputs = open_inputs(checked)
    make_policies(checked, facility)
    counts = ", ".join(f"{len(names)} {name}" for name, names in facility.site.names.items() if names)
    typer.echo(f"{checked.name}: {counts}")
    typer.echo(f"racks draw {facility.it_power / 1e6:.2f} MW at full load")
    for name, source in inputs.sources().items():
        typer.echo(f"signal {name}: {source}")
    for line in inputs.report():
        typer.echo(f"note: {line}")
    typer.echo("ok")


@app.command()
def run(
    scenario: ScenarioArg,
    output: Annotated[Path, typer.Option("-o", "--output", help="Result file (HDF5).")],
    backend: BackendOption = "auto",
    set_: SetOption = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace an existing result.")] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Continue an interrupted run to the same bits.")] = False,
) -> None:
    """Run a scenario and write one HDF5 result file."""
    from twin.run import execute
    from twin.scenario.load import load

    checked = load(scenario, set_ or [])
    intervals = round(checked.run.duration / checked.run.control_interval)
    with bar(intervals, checked.name) as progress:
        execute(checked, output, backend, overwrite=overwrite, resume=resume, progress=progress)
    typer.echo(f"{output}: complete")
    _tell(output)


@app.command()
def report(
    result: Annotated[Path, typer.Argument(help="Result file.")],
    output: Annotated[Path | None, typer.Option("-o", "--output", help="HTML file; beside the result by default.")] = None,
) -> None:
    """Turn a result file into one HTML page that opens offline."""
    from twin.report import write_report

    page = output or result.with_suffix(".html")
    write_report(result, page)
    typer.echo(f"{page}: written")


@app.command()
def size(
    study: ScenarioArg,
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder for tables and plots.")],
    backend: BackendOption = "auto",
    set_: SetOption = None,
    count: Annotated[int | None, typer.Option("--count", help="Outages to draw, instead of the file's number.")] = None,
    seed: Annotated[int | None, typer.Option("--seed", help="Seed of the draws, instead of run.seed.")] = None,
) -> None:
    """Find the cheapest storage and generators that keep the racks up through an ensemble of outages."""
    from twin.scenario.load import load
    from twin.sizing.command import size_command

    checked = load(study, set_ or [])
    with bar(1000, checked.name) as progress:
        lines = size_command(
            checked, output, backend=backend, count=count, seed=seed,
            progress=lambda share: progress(round(1000 * share)),
        )  # fmt: skip
    for line in lines:
        typer.echo(line)


@app.command()
def validate(
    cases: Annotated[list[str] | None, typer.Argument(help="Cases to run; all by default.")] = None,
    backend: BackendOption = "auto",
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Folder for results and figures.")] = None,
) -> None:
    """Run the models against published references."""
    from twin.validate import validate as run_cases

    failed = False
    for result in run_cases(cases or (), backend, output):
        typer.echo(f"{result.case.name}: {'passed' if result.passed else 'FAILED'}")
        for found in result.checks:
            typer.echo(f"  {found}")
        failed = failed or not result.passed
    if failed:
        raise typer.Exit(1)


@app.command()
def bench(
    backend: BackendOption = "auto",
    quick: Annotated[bool, typer.Option("--quick", help="A minute instead of several.")] = False,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Folder for the table.")] = None,
) -> None:
    """Time the full step on this machine."""
    from twin.bench import bench_command

    for line in bench_command(backend, quick=quick, output=output):
        typer.echo(line)


@app.command()
def demo(
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder for the result and the report.")] = Path("twin-demo"),
    backend: BackendOption = "auto",
) -> None:
    """The story in one minute: a real grid event, what happened in the hall, what it cost, a report to open."""
    from twin.demo import demo_command

    for line in demo_command(output, backend, bar):
        typer.echo(line)


@app.command()
def schema() -> None:
    """Print the JSON Schema of scenario files, for editors."""
    import json

    from twin.scenario.scenario import json_schema

    typer.echo(json.dumps(json_schema(), indent=2))


@app.command()
def doctor() -> None:
    """Say what this machine has: processor, GPU, packages, data."""
    from twin.doctor import findings

    for line in findings():
        typer.echo(line)


@app.callback(invoke_without_command=True)
def about(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """A digital twin of a data centre: power, cooling and heat, from milliseconds to years."""
    if version:
        from twin import __version__

        typer.echo(__version__)
        raise typer.Exit


def _tell(path: Path) -> None:
    """Print the answers of a result."""
    from twin.report.answers import answers
    from twin.result import open_result

    with open_result(path) as result:
        for answer in answers(result):
            typer.echo(f"  {answer.question}: {answer.value}  {answer.remark}".rstrip())


def main() -> None:
    """Run the command line: a mistake of the user's is one message and exit status 2, never a traceback."""
    from twin.errors import InputError

    try:
        app()
    except InputError as error:
        typer.echo(str(error), err=True)
        sys.exit(2)
    except KeyboardInterrupt:
        typer.echo("interrupted; an incomplete result can be continued with --resume", err=True)
        sys.exit(130)
