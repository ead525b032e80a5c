"""The command `twin`. Imports are made inside commands, so that `twin --help` answers at once."""

from __future__ import annotations

import errno
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from twin.progress import bar

INTERRUPTED = 130
LONGEST_OUTAGE = 7.0 * 86400.0
"""Longest loss of mains that failures are tried in [s]."""
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Commands(TyperGroup):
    """The commands, with one way to fail: a message, and an exit status that scripts can tell apart.

    0 done, 1 a validation failed, 2 a mistake of the user's, 130 interrupted.
    """

    def invoke(self, ctx: Any) -> Any:
        """Run a command; a mistake of the user's is one message, never a traceback."""
        from twin.errors import InputError

        try:
            return super().invoke(ctx)
        except InputError as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(2) from None
        except MemoryError:
            typer.echo("there is not enough memory; ask for fewer run.members or a shorter run", err=True)
            raise typer.Exit(2) from None
        except OSError as error:
            # What the recorder and the report write explains itself; this is the cache of compiled kernels.
            if error.errno not in FULL:
                raise
            where = f" ({error.filename})" if error.filename else ""
            typer.echo(
                f"the disk is full{where}: {error.strerror}; free some space, or set TWIN_CACHE_DIR", err=True
            )
            raise typer.Exit(2) from None
        except KeyboardInterrupt:
            typer.echo("interrupted", err=True)
            raise typer.Exit(INTERRUPTED) from None


app = typer.Typer(
    name="twin",
    cls=Commands,
    help="A digital twin of a data centre: power, cooling and heat, from milliseconds to years.",
    epilog="Start with 'twin demo'. Exit status: 0 done, 1 a validation failed, 2 input that cannot be used, "
    "130 interrupted.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

ScenarioArg = Annotated[
    str, typer.Argument(help="Scenario file, or the name of a shipped scenario.", show_default=False)
]
ResultArg = Annotated[Path, typer.Argument(help="Result file that 'twin run' wrote.", show_default=False)]
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="PATH=VALUE", help="Override a key, e.g. run.duration='10 min'. Repeatable."
    ),
]
BackendOption = Annotated[
    str,
    typer.Option("--backend", help="auto (a GPU when one works), cpu, cuda, or sim (the CUDA simulator)."),
]


@app.command()
def check(scenario: ScenarioArg, set_: SetOption = None) -> None:
    """Check a scenario and its signals, and say what was found, without running it.

    Choices that are legal but look like a slip are told as warnings.
    """
    from twin.advice import advice
    from twin.design_weather import design_lines
    from twin.facility import build
    from twin.facility.sequence import words
    from twin.faults.compile import site_actions
    from twin.inputs import open_inputs
    from twin.policies import make_policies
    from twin.protection import study
    from twin.protection.told import lines
    from twin.run import require_memory
    from twin.scenario.load import load

    checked = load(scenario, set_ or [])
    facility = build(checked)
    inputs = open_inputs(checked)
    make_policies(checked, facility)
    site_actions(checked, facility)
    require_memory(checked, facility)
    counts = ", ".join(f"{len(names)} {name}" for name, names in facility.site.names.items() if names)
    typer.echo(f"{checked.name}: {counts}")
    typer.echo(f"racks draw {facility.it_power / 1e6:.2f} MW at full load")
    for name, source in inputs.sources().items():
        typer.echo(f"signal {name}: {source}")
    for line in inputs.report():
        typer.echo(f"note: {line}")
    for kind, line in design_lines(checked, facility, inputs):
        typer.echo(f"{kind}: {line}")
    for line in words(checked):
        typer.echo(line)
    found = study(checked)
    for line in lines(found) if found is not None else ():
        typer.echo(line)
    for line in advice(checked, facility):
        typer.echo(f"warning: {line}")
    typer.echo("ok")


@app.command()
def run(
    scenario: ScenarioArg,
    output: Annotated[Path, typer.Option("-o", "--output", help="Result file (HDF5).")],
    backend: BackendOption = "auto",
    set_: SetOption = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace an existing result.")] = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="Continue an interrupted run to the same bits.")
    ] = False,
) -> None:
    """Run a scenario and write one HDF5 result file.

    An interrupted run leaves a file that says it is incomplete; --resume continues it to the same bits.
    """
    from twin.run import execute
    from twin.scenario.load import load

    checked = load(scenario, set_ or [])
    if checked.study is not None:
        typer.echo(
            "note: this file holds a study: its scenario is run once; 'twin size' runs the study", err=True
        )
    _first_start(backend)
    try:
        with bar(checked.run.intervals, checked.name) as progress:
            execute(checked, output, backend, overwrite=overwrite, resume=resume, progress=progress)
    except KeyboardInterrupt:
        left = f"; continue {output} with the same command and --resume" if output.exists() else ""
        typer.echo(f"interrupted{left}", err=True)
        raise typer.Exit(INTERRUPTED) from None
    typer.echo(f"{output}: complete")
    _tell(output)


@app.command()
def report(
    result: ResultArg,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="HTML file; beside the result by default.")
    ] = None,
    metrics: Annotated[
        Path | None, typer.Option("--csv", help="Also write PUE, WUE, CUE and ERF by month or day.")
    ] = None,
) -> None:
    """Turn a result file into one HTML page that opens offline; of an incomplete run, what there is."""
    from twin.report import write_report
    from twin.result import open_result

    page = output or result.with_suffix(".html")
    if page == result:
        raise typer.BadParameter(
            "the page would replace the result; name another file", param_hint="--output"
        )
    with open_result(result, incomplete=True) as opened:
        complete = opened.complete
        if metrics is not None:
            from twin.metrics import write_csv

            write_csv(opened, metrics)
    with bar(None, page.name):
        write_report(result, page, incomplete=True)
    if not complete:
        typer.echo(f"{result} is incomplete: the page says so, and shows what was recorded", err=True)
    typer.echo(f"{page}: written")


@app.command()
def view(
    result: ResultArg,
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder for the page and the pictures.")],
    hall: Annotated[str | None, typer.Option("--hall", help="Show one hall; all of them by default.")] = None,
    at: Annotated[
        list[str] | None,
        typer.Option(
            "--at", metavar="TIME", help="Instant to picture, e.g. 120s. Repeatable; else before, worst, end."
        ),
    ] = None,
    quantity: Annotated[str, typer.Option("--quantity", help="inlet, outlet or power.")] = "inlet",
) -> None:
    """Show the halls of a result in 3D: a page to turn and play offline, pictures, and an animation."""
    from twin.scene.command import view_command

    instants = [_seconds(text, "--at") for text in at or ()]
    with bar(1000, result.name) as progress:
        lines = list(
            view_command(
                result, output, hall=hall, at=instants, quantity=quantity,
                progress=lambda share: progress(round(1000 * share)),
            )
        )  # fmt: skip
    for line in lines:
        typer.echo(line)


@app.command()
def size(
    study: ScenarioArg,
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder for tables and plots.")],
    backend: BackendOption = "auto",
    set_: SetOption = None,
    count: Annotated[
        int | None, typer.Option("--count", min=1, help="Outages to draw, instead of the file's number.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", min=0, help="Seed of the draws, instead of run.seed.")
    ] = None,
) -> None:
    """Find the cheapest storage and generators that keep the racks up through an ensemble of outages."""
    from twin.scenario.load import load

    checked = load(study, set_ or [])
    if checked.study is None:
        raise checked.refuse("study", "this scenario has no study section; see 'replace-diesel' for one")
    from twin.sizing.command import size_command

    _first_start(backend)
    with bar(1000, checked.name) as progress:
        lines = size_command(
            checked, output, backend=backend, count=count, seed=seed,
            progress=lambda share: progress(round(1000 * share)),
        )  # fmt: skip
    for line in lines:
        typer.echo(line)


@app.command()
def faults(
    scenario: ScenarioArg,
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder for the table and the page.")],
    outage: Annotated[
        str, typer.Option("--outage", help="Length of the loss of mains that every failure meets.")
    ] = "1 h",
    backend: BackendOption = "auto",
    set_: SetOption = None,
) -> None:
    """Try failures one by one and in pairs, on the mains and through their loss: what the racks saw.

    The failures are those among the scenario's events; without any, one of each kind at the first and last unit.
    """
    from twin.errors import InputError
    from twin.faults.command import faults_command
    from twin.scenario.load import load

    length = _seconds(outage, "--outage")
    if not 0.0 < length <= LONGEST_OUTAGE:
        raise InputError(f"--outage: expected more than nothing and at most a week, got '{outage}'")
    checked = load(scenario, set_ or [])
    _first_start(backend)
    with bar(1000, checked.name) as progress:
        lines = faults_command(
            checked, output, outage=length, backend=backend,
            progress=lambda share: progress(round(1000 * share)),
        )  # fmt: skip
    for line in lines:
        typer.echo(line)


@app.command()
def validate(
    cases: Annotated[list[str] | None, typer.Argument(help="Cases to run; all by default.")] = None,
    backend: BackendOption = "auto",
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Folder for results and figures.")
    ] = None,
) -> None:
    """Run the models against published references."""
    from twin.validate import validate as run_cases

    failed = False
    with bar(None, "validation"):
        results = run_cases(cases or (), backend, output)
    for result in results:
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
    output: Annotated[
        Path, typer.Option("-o", "--output", help="Folder for the results and the report.")
    ] = Path("twin-demo"),
    backend: BackendOption = "auto",
) -> None:
    """The story in one minute: a real grid event, what happened in the hall, what it cost, a report to open."""
    from twin.demo import demo_command

    _first_start(backend)
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


def _first_start(backend: str) -> None:
    """Say on a terminal why a first start takes longer than later ones."""
    from twin.kernels.backend import choose
    from twin.kernels.warm import compiled

    if choose(backend) == "cpu" and sys.stderr.isatty() and not compiled():
        typer.echo("compiling the kernels for this machine, once; later starts take seconds", err=True)


def _seconds(text: str, option: str) -> float:
    """Read a duration of an option [s]."""
    from twin.errors import InputError
    from twin.scenario.units import convert

    try:
        return float(convert(text, "s"))
    except ValueError as error:
        raise InputError(
            f"{option}: expected a duration such as '2 min', got '{text}', which {error}"
        ) from None


def _tell(path: Path) -> None:
    """Print the answers of a result."""
    from twin.report.answers import answers
    from twin.result import open_result

    with open_result(path) as result:
        for answer in answers(result):
            typer.echo(f"  {answer.question}: {answer.value}  {answer.remark}".rstrip())


def main() -> None:
    """Run the command line."""
    app()
