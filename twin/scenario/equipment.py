"""The equipment models by the library file they are read from."""

from __future__ import annotations

from twin.scenario import library
from twin.scenario.cold_store import ColdTank, IceStore
from twin.scenario.distribution import StationUnit
from twin.scenario.equipment_chip import Chip
from twin.scenario.equipment_cooling import AirHandler, Cdu, Chiller, ChillerStaging, HeatPump, HeatRejection
from twin.scenario.equipment_generation import Genset
from twin.scenario.equipment_it import Psu, Rack, RackStore, Server
from twin.scenario.equipment_row import Breaker, Pdu, TransferSwitch
from twin.scenario.equipment_storage import Battery, Converter
from twin.scenario.equipment_supply import Transfer, Transformer
from twin.scenario.equipment_ups import RectifierSystem, UpsUnit
from twin.scenario.hall_air import AirEconomiser
from twin.scenario.liquid import RearDoor
from twin.scenario.part import Equipment

MODELS: dict[str, type[Equipment]] = {
    model.kind: model
    for model in (
        Server, Chip, Psu, Rack, RackStore, Pdu, Breaker, TransferSwitch, Transformer, Transfer, Genset, UpsUnit,
        Battery, Converter, StationUnit, RectifierSystem,
        AirHandler, AirEconomiser, Cdu, Chiller, ChillerStaging, HeatRejection, HeatPump, ColdTank, IceStore,
        RearDoor,
    )
}  # fmt: skip


def equipment(kind: str, name: str) -> Equipment:
    """Return one checked piece of equipment of the library, such as ``equipment('genset', 'diesel-2mw')``."""
    return MODELS[kind].model_validate({"type": name})


def provenance(kind: str, name: str, field: str) -> library.Provenance:
    """Return value as written, source and confidence of one field of a library entry."""
    return library.entries(kind)[name].fields[field]
