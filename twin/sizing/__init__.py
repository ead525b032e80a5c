"""The search for storage that replaces diesel: designs, their chance to ride through, and what they cost."""

from twin.sizing.results import DesignResult, StudyResult
from twin.sizing.study import run_study
from twin.sizing.writing import write_study

__all__ = ["DesignResult", "StudyResult", "run_study", "write_study"]
