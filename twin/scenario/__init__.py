"""The scenario: what a user writes, checked, in SI units. `load` reads one."""

from twin.scenario.load import load
from twin.scenario.money import Money
from twin.scenario.scenario import Scenario, json_schema

__all__ = ["Money", "Scenario", "json_schema", "load"]
