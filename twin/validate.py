"""Runs the validation cases and writes what they found: `twin validate [CASE ...]`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from twin.errors import InputError, suggest

if TYPE_CHECKING:
    from twin.validation.case import Case, Check

RESULTS = "results.json"


@dataclass(frozen=True)
class Result:
    """A case and its checks."""

    case: Case
    checks: tuple[Check, ...]

    @property
    def passed(self) -> bool:
        """Every check that was made has passed, and at least one was made."""
        made = [check.passed for check in self.checks if check.passed is not None]
        return bool(made) and all(made)


def case_names() -> list[str]:
    """Return the names of the cases, in alphabetical order."""
    import twin.validation

    folders = [Path(place) for place in twin.validation.__path__]
    return sorted(path.parent.name for folder in folders for path in folder.glob("*/case.py"))


def load_case(name: str) -> Case:
    """Return the case `name`.

    Raises
    ------
    InputError
        When there is none.
    """
    from importlib import import_module

    known = case_names()
    if name not in known:
        raise InputError(f"there is no validation case {name!r}{suggest(name, known)}")
    case: Case = import_module(f"twin.validation.{name}.case").CASE
    return case


def validate(names: Sequence[str] = (), backend: str = "auto", out_dir: Path | None = None) -> list[Result]:
    """Run validation cases.

    Parameters
    ----------
    names : sequence of str
        Names of cases; none of them means all.
    backend : str
        'auto', 'cpu', 'cuda' or 'sim'.
    out_dir : Path, optional
        Gets `results.json`, and `NAME.html` with the figure of each case that has one; made when missing.

    Returns
    -------
    list of Result
        In the order of the names.

    Raises
    ------
    InputError
        For an unknown case or a backend that is not there; nothing is run before every name is known.
    """
    cases = [load_case(name) for name in (names or case_names())]
    results = [Result(case, tuple(case.run(backend))) for case in cases]
    if out_dir is not None:
        _write(results, out_dir)
    return results


def _write(results: Sequence[Result], out_dir: Path) -> None:
    import json

    try:
        out_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{out_dir}: the folder cannot be made ({error.strerror})") from None
    for result in results:
        if result.case.figure is not None:
            path = out_dir / f"{result.case.name}.html"
            result.case.figure().write_html(path, include_plotlyjs="directory")
    document = [_record(result) for result in results]
    (out_dir / RESULTS).write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def _record(result: Result) -> dict[str, Any]:
    case = result.case
    return {
        "case": case.name,
        "title": case.title,
        "reference": case.reference,
        "source": case.source,
        "passed": result.passed,
        "checks": [{**asdict(check), "passed": check.passed} for check in result.checks],
    }
