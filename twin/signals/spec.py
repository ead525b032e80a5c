"""Take plain values out of a signal's mapping, refusing what is missing, misspelt or of the wrong kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from twin.errors import InputError, Problem, nearest


def unknown(name: str, known: Iterable[str], key: str | None) -> InputError:
    """Return the error for a name that is not one of `known`, with the nearest of them."""
    names = list(known)
    close = nearest(str(name), names)
    hint = f"; did you mean '{close}'?" if close else ""
    return InputError(Problem(f"'{name}' is not one of {', '.join(names)}{hint}", key=key))


def refuse_unknown(spec: Mapping[str, Any], known: Iterable[str]) -> None:
    """Refuse a key that is not one of `known`."""
    names = list(known)
    for key in spec:
        if key not in names:
            raise unknown(str(key), names, str(key))


def number(spec: Mapping[str, Any], key: str) -> float:
    """Return a finite number [SI]; a missing key, text or a truth value is refused."""
    value = needed(spec, key)
    if isinstance(value, bool) or not isinstance(value, int | float | np.floating) or not np.isfinite(value):
        raise InputError(Problem(f"expected a number, found {value!r}", key=key))
    return float(value)


def text(spec: Mapping[str, Any], key: str) -> str:
    """Return text; a missing key or another kind of value is refused."""
    value = needed(spec, key)
    if not isinstance(value, str):
        raise InputError(Problem(f"expected text, found {value!r}", key=key))
    return value


def needed(spec: Mapping[str, Any], key: str) -> Any:
    """Return the value of a key that has to be there."""
    if spec.get(key) is None:
        raise InputError(Problem("this key is missing", key=key))
    return spec[key]
