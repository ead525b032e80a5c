"""The scenario as a whole."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, PrivateAttr

from twin.errors import InputError, Problem
from twin.scenario.connection import Connection
from twin.scenario.cooling import Cooling
from twin.scenario.document import Document
from twin.scenario.electrical import Electrical, Name
from twin.scenario.events import Event
from twin.scenario.part import Part
from twin.scenario.policies import Policy
from twin.scenario.racks import RackGroup
from twin.scenario.run import Location, Record, Run
from twin.scenario.signals import Signals
from twin.scenario.study import Study
from twin.scenario.tariff import SiteTariff


class Scenario(Part):
    """A facility, what acts on it, what it is asked to do, and the run: SI inside.

    Attributes
    ----------
    source : str
        The file it was read from, or its name in the library.
    folders : tuple of Path
        Where relative paths of signal files are looked for, nearest first (then below TWIN_DATA).
    """

    schema_version: Literal[1] = Field(alias="schema")
    name: Name
    description: Annotated[str, Field(min_length=1)]
    location: Location
    run: Run
    electrical: Electrical
    racks: Annotated[dict[Name, RackGroup], Field(min_length=1)]
    cooling: Cooling
    signals: Signals
    policies: list[Policy] = Field(default_factory=list)
    events: list[Event] = Field(default_factory=list)
    tariff: SiteTariff | None = None
    connection: Connection | None = None
    record: Record
    study: Study | None = None

    _document: Document = PrivateAttr(default_factory=lambda: Document({}))
    _source: str = PrivateAttr(default="")
    _folders: tuple[Path, ...] = PrivateAttr(default=())

    @property
    def source(self) -> str:
        """The file it was read from, or its name in the library."""
        return self._source

    @property
    def folders(self) -> tuple[Path, ...]:
        """Folders in which relative paths of the scenario are looked for, nearest first."""
        return self._folders

    def resolved(self) -> dict[str, Any]:
        """Return the scenario as plain data in the user's own units, `extends` and overrides worked in."""
        return copy.deepcopy(self._document.data)

    def problem(self, key: str, message: str) -> Problem:
        """Return a problem at a key such as 'signals.price.file', with the file and line of that key."""
        parts = tuple(int(part) if part.isdigit() else part for part in key.split("."))
        return self._document.problem(parts, message)

    def refuse(self, key: str, message: str) -> InputError:
        """Return the error to raise when the value at `key` turns out to be unusable."""
        return InputError(self.problem(key, message))


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a complete scenario file (for editors, and for checking without running)."""
    schema = Scenario.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "twin scenario", **schema}
