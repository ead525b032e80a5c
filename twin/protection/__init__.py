"""Protection study: fault currents, selectivity of breakers in series, and cables."""

from twin.protection.study import Study, study

__all__ = ["Study", "study"]
