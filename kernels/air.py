"""Air and water: the constants and mixing rules every thermal model shares.

Constants are those of dry air at 20 degC and 101.325 kPa and of water at 20 degC: F. P. Incropera et al.,
*Fundamentals of Heat and Mass Transfer*, 7th ed., Wiley 2011, tables A.4 and A.6 (remembered; both vary by
less than 1 % between 5 and 60 degC). Humidity is left out: a coil above the dew point takes sensible heat
only.
"""

from __future__ import annotations

from twin.kernels.scalar import scalar

AIR_CP = 1006.0  # J/(kg K)
AIR_DENSITY = 1.204  # kg/m3
WATER_CP = 4182.0  # J/(kg K)
WATER_DENSITY = 998.2  # kg/m3
KELVIN = 273.15  # 0 degC in K, exact by definition


@scalar
def mix(first: float, second: float, share: float) -> float:
    """Temperature of two streams of one fluid after adiabatic mixing.

    Parameters
    ----------
    first, second : float
        Temperatures of the streams [degC].
    share : float
        Share of the mass flow that comes from `second`, 0 to 1.

    Returns
    -------
    float
        Temperature of the mixture [degC]; the enthalpy balance with a constant heat capacity.
    """
    return (1.0 - share) * first + share * second


@scalar
def stream_temperature(inlet: float, heat: float, capacity_rate: float, still: float) -> float:
    """Temperature at which a stream leaves after taking up heat.

    Parameters
    ----------
    inlet : float
        Temperature at which it enters [degC].
    heat : float
        Heat it takes up [W].
    capacity_rate : float
        Mass flow times heat capacity [W/K], at least 0.
    still : float
        What to return where nothing flows [degC].

    Returns
    -------
    float
        Steady-flow energy balance, Incropera eq. 1.12e [degC].
    """
    if capacity_rate <= 0.0:
        return still
    return inlet + heat / capacity_rate
