"""What signals need to know of the site they play at."""

from __future__ import annotations

from dataclasses import dataclass

from twin.errors import InputError, Problem


@dataclass(frozen=True)
class Site:
    """What signals need to know of the site; a missing value is refused only where it is needed.

    Attributes
    ----------
    altitude : [m].
    time_zone : IANA name.
    frequency : nominal [Hz].
    """

    altitude: float | None = None
    time_zone: str | None = None
    frequency: float | None = None

    def zone(self) -> str:
        """Return the time zone, or refuse the scenario."""
        if self.time_zone is None:
            raise InputError(
                Problem(
                    "this signal follows the local day and needs location.time_zone", key="location.time_zone"
                )
            )
        return self.time_zone
