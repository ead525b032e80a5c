"""The one exception family of the project: something the user gave us cannot be used, and why."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing wrong with the input.

    Attributes
    ----------
    message : str
        What is wrong and what was expected, in the words of the user.
    file : str or None
        The file (or the `--set` argument) that holds it.
    line : int or None
        Line in that file, counted from 1.
    key : str or None
        Path of the key, such as ``racks.cpu.ups``.
    """

    message: str
    file: str | None = None
    line: int | None = None
    key: str | None = None

    def __str__(self) -> str:
        place = [part for part in (self.file, str(self.line) if self.line else None) if part]
        prefix = ":".join(place)
        return ": ".join(part for part in (prefix, self.key, self.message) if part)


class InputError(Exception):
    """Input that cannot be used; ``str()`` is the whole message for the user.

    Parameters
    ----------
    problems : str, Problem or sequence of Problem
        Everything that was found wrong, in the order in which the user should read it.
    """

    def __init__(self, problems: str | Problem | Sequence[Problem]) -> None:
        if isinstance(problems, str):
            problems = Problem(problems)
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def nearest(name: str, choices: Iterable[str]) -> str | None:
    """Return the choice that the user most likely meant by `name`, or None when nothing is close.

    A choice that starts with something close to `name` counts as close: 'shangdong' means 'shandong-2026'.
    """

    def closeness(choice: str) -> float:
        whole, begun = choice.casefold(), choice.casefold()[: len(wanted)]
        return max(difflib.SequenceMatcher(None, wanted, text).ratio() for text in (whole, begun))

    wanted = name.casefold()
    scored = [(closeness(choice), choice) for choice in choices if wanted]
    best = max(scored, key=lambda pair: pair[0], default=(0.0, ""))
    return best[1] if best[0] >= 0.6 else None


def suggest(name: str, choices: Iterable[str]) -> str:
    """Return the end of an error message about an unknown `name`: the nearest choice, or all of them."""
    known = sorted(choices)
    if not known:
        return "; none is defined"
    close = nearest(name, known)
    if close is not None:
        return f"; did you mean {close!r}?"
    listed = ", ".join(known[:12]) + (", ..." if len(known) > 12 else "")
    return f"; known: {listed}"
