"""Fields of a rack: what its inlet air and coolant went through, by the bands and rates of ASHRAE TC 9.9."""

from __future__ import annotations

from twin.kernels.fields_rack import RACK

AIR_EDGES = (5.0, 10.0, 15.0, 18.0, 22.0, 25.0, 27.0, 32.0, 35.0, 40.0, 45.0)
"""Limits of the air classes A1 to A4 and H1, allowable and recommended [degC]: they split inlets into bands."""

COOLANT_EDGES = (17.0, 27.0, 32.0, 40.0, 45.0)
"""Limits of the liquid classes W17 to W45 [degC]; above the last is W+."""

PAST_SPACING = 300.0
"""Time between two kept inlet temperatures [s]: a third of the shorter of the two spans."""
PAST_POINTS = 13
"""Kept inlet temperatures: those of the last hour and of its start."""

RACK_AIR_TIME_0 = RACK.state("inlet_band_0", "s", f"time its inlet was at most {AIR_EDGES[0]:g} degC")
for _k in range(1, len(AIR_EDGES)):
    RACK.state(
        f"inlet_band_{_k}",
        "s",
        f"time its inlet was above {AIR_EDGES[_k - 1]:g}, at most {AIR_EDGES[_k]:g} degC",
    )
RACK.state(f"inlet_band_{len(AIR_EDGES)}", "s", f"time its inlet was above {AIR_EDGES[-1]:g} degC")

RACK_COOLANT_TIME_0 = RACK.state(
    "coolant_band_0", "s", f"time its coolant was supplied at no more than {COOLANT_EDGES[0]:g} degC"
)
for _k in range(1, len(COOLANT_EDGES)):
    RACK.state(
        f"coolant_band_{_k}",
        "s",
        f"time its coolant was supplied above {COOLANT_EDGES[_k - 1]:g}, at most {COOLANT_EDGES[_k]:g} degC",
    )
RACK.state(
    f"coolant_band_{len(COOLANT_EDGES)}", "s", f"time its coolant was above {COOLANT_EDGES[-1]:g} degC"
)

RACK_PAST_CLOCK = RACK.state("inlet_past_clock", "s", "time since the newest kept inlet temperature")
RACK_PAST_0 = RACK.state("inlet_past_0", "degC", "newest kept inlet temperature")
for _k in range(1, PAST_POINTS):
    RACK.state(f"inlet_past_{_k}", "degC", f"inlet temperature {_k} spacings of 5 min before that")
RACK_RISE_SHORT = RACK.state("inlet_rise_15min", "K", "largest rise of its inlet over 15 min")
RACK_RISE_HOUR = RACK.state("inlet_rise_1h", "K", "largest rise of its inlet over one hour")
