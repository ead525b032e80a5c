"""A group of equal racks and what it hangs on."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field
from pydantic_core import InitErrorDetails

from twin.scenario.electrical import one_of
from twin.scenario.equipment_it import Count, Rack
from twin.scenario.equipment_row import Pdu, TransferSwitch
from twin.scenario.liquid import RearDoor
from twin.scenario.part import Names, problem
from twin.scenario.units import Fraction


class RowSwitch(TransferSwitch):
    """The static transfer switches of a group: every side whose own UPS is another one can go to `alternate`.

    Attributes
    ----------
    alternate : str
        UPS of one system, for instance a catcher that stands behind many rows.
    """

    alternate: str


class RackGroup(Rack):
    """Equal racks.

    Attributes
    ----------
    count : int
        Racks in the group.
    lump : int
        So many identical racks are stepped as one, with so many times the parameters; it divides `count`.
    hall : str
    ups : list of str, or None
        UPS systems that share the load; one system's loss leaves the load to the others. '2N' systems are
        named once and stand for both. Or
    bus : str or None
        the busbar, for racks without UPS.
    pdu : Pdu
    racks_per_pdu : int
    share_a : float or None
        Share of feed A while both feeds are good; 1 leaves B standing by. None: equal.
    priority : int or None
        Rank for shedding: 1 is the last to go, higher ranks go first. None: never shed.
    switch : RowSwitch or None
        Static transfer switches at the PDUs.
    workload : str
        Name of the workload signal.
    cdu : str or None
        Needed where the rack's liquid fraction is above zero.
    rear_door : RearDoor or None
        Heat exchanger on the back of each rack, on the water of the hall's plant.
    """

    count: Count
    lump: Count = 1
    hall: str
    ups: Names | None = None
    bus: str | None = None
    pdu: Pdu
    racks_per_pdu: Count
    share_a: Fraction | None = None
    priority: Annotated[int, Field(ge=1, le=100)] | None = None
    switch: RowSwitch | None = None
    workload: str
    cdu: str | None = None
    rear_door: RearDoor | None = None

    @classmethod
    def _complete(cls, data: Any, problems: list[InitErrorDetails]) -> Any:
        if isinstance(data, dict):
            one_of(data, ("ups", "bus"), problems)
            count, lump = data.get("count"), data.get("lump")
            if isinstance(count, int) and isinstance(lump, int) and lump > 0 and count % lump:
                problems.append(problem(f"lump {lump} must divide count {count}", ("lump",)))
        data = super()._complete(data, problems)
        if (
            isinstance(data, dict)
            and data.get("liquid_fraction") not in (None, 0, "0")
            and not data.get("cdu")
        ):
            problems.append(problem("this key is required: the rack type is liquid-cooled", ("cdu",)))
        return data
