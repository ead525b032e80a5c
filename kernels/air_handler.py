"""Air handlers of a hall: fans, chilled-water coils with their valve, and an economiser towards the outside air.

Air comes back at T_h, the mixture of hot aisle and by-passed supply air; a share of its heat may go outside first
(economiser, effectiveness e), the rest into water (coil, conductance K between the inlets):

    outside: Q_o = e C (T_ret - T_out)                 C: capacity rate of the air through the handlers
    coil:    Q_c = K (T_ret - Q_o / C - T_w)
    both:    Q = K' (T_ret - T'),  K' = e C + K (1 - e),  K' T' = e C T_out + K (T_w - e T_out)

With a share b of the supply air going straight back, T_ret = T_h - b / (1 - b) (Q - W) / C, so that seen from the hot
aisle the same exchanger has K'' = K' / (1 + K' b / ((1 - b) C)) and a source colder by b / (1 - b) W / C. All of it is
linear, which is why the loop (`two_node.py`) can be solved with it implicitly.
"""

from __future__ import annotations

from twin.kernels.air import AIR_CP, WATER_CP
from twin.kernels.exchanger import conductance_at_flow, exchanger_conductance
from twin.kernels.fields import FANS_FIXED, FANS_PRESSURE
from twin.kernels.pi_control import pi_step
from twin.kernels.scalar import scalar
from twin.kernels.two_node import two_node_means

NO_SET_POINT = -1e12
"""Set point of an exchanger that is not controlled [degC]: it takes all it can."""

VALVE_TRIALS = 32
"""Halvings of the valve's range; the last is 2e-10 of its stroke."""


@scalar
def fan_flow(
    drawn: float, bypass: float, control: float, margin: float, fixed: float, flow_max: float
) -> float:
    """Air flow that the fans of a hall are to give.

    Parameters
    ----------
    drawn : float
        Air the racks draw from the cold aisle [kg/s].
    bypass : float
        Share of the supply air that misses the cold aisle, 0 to below 1.
    control : float
        FANS_FOLLOW: the flow of the racks. FANS_PRESSURE: what keeps the cold aisle above the hot one, so that
        it also makes up for what by-passes. FANS_FIXED: a speed set by hand.
    margin : float
        Flow above that of the racks, as a share of it.
    fixed : float
        Fixed speed as a fraction of full.
    flow_max : float
        Flow of the handlers in service at full speed [kg/s].

    Returns
    -------
    float
        Flow wanted [kg/s]; the fans give it within their range.
    """
    if control == FANS_FIXED:
        return fixed * flow_max
    wanted = drawn * (1.0 + margin)
    if control == FANS_PRESSURE:
        return wanted / (1.0 - bypass)
    return wanted


@scalar
def coil_conductance(ua: float, water_flow: float, air_flow: float, speed: float, water: float) -> float:
    """Heat per kelvin between return air and entering water.

    Parameters
    ----------
    ua : float
        Conductance of all coils at rated flows [W/K].
    water_flow, air_flow : float
        Water flow at full pump speed and open valve, and air flow now [kg/s].
    speed, water : float
        Air and water flow as fractions of full.

    Returns
    -------
    float
        Counterflow effectiveness times the smaller capacity rate [W/K]; dry coil.
    """
    return exchanger_conductance(
        conductance_at_flow(ua, speed, water), air_flow * AIR_CP, water_flow * water * WATER_CP
    )


@scalar
def in_series(
    outside: float, t_outside: float, coil: float, water: float, rate: float
) -> tuple[float, float]:
    """Economiser and coil one behind the other, as one exchanger.

    Parameters
    ----------
    outside, coil : float
        Conductances between the inlets of economiser and coil [W/K].
    t_outside, water : float
        Temperatures of the outside air and of the entering water [degC].
    rate : float
        Capacity rate of the air through both [W/K], above 0.

    Returns
    -------
    tuple of float
        Conductance [W/K] and temperature of the source it works towards [degC].
    """
    share = outside / rate
    both = outside + coil * (1.0 - share)
    if both <= 0.0:
        return 0.0, water
    return both, (outside * t_outside + coil * (water - share * t_outside)) / both


@scalar
def behind_bypass(
    conductance: float, source: float, rate: float, bypass: float, mover: float
) -> tuple[float, float]:
    """An exchanger whose return air is diluted by by-passed supply air, as seen from the hot aisle.

    Parameters
    ----------
    conductance, source : float
        Of the exchanger between its inlets [W/K], and the temperature it works towards [degC].
    rate : float
        Capacity rate of the air through it [W/K], at least 0.
    bypass : float
        Share of its air that comes straight back, 0 to below 1.
    mover : float
        Fan heat in that air [W].

    Returns
    -------
    tuple of float
        Conductance [W/K] and source [degC] that give the same heat with the temperature of the hot aisle.
    """
    if bypass <= 0.0 or rate <= 0.0:
        return conductance, source
    resistance = bypass / ((1.0 - bypass) * rate)
    return conductance / (1.0 + conductance * resistance), source - resistance * mover


@scalar
def handlers_means(
    cold: float,
    hot: float,
    c_cold: float,
    c_hot: float,
    exchange: float,
    heat_0: float,
    heat_cold: float,
    heat_hot: float,
    fan: float,
    rate: float,
    bypass: float,
    set_point: float,
    coil: float,
    water: float,
    outside: float,
    t_outside: float,
    dt: float,
) -> tuple[float, float, float, float]:
    """Mean temperatures of both aisles and the heat that handlers with ideal control take from them.

    Parameters
    ----------
    cold, hot, c_cold, c_hot, exchange, heat_0, heat_cold, heat_hot, fan, dt : float
        As in `two_node_means`.
    rate : float
        Capacity rate of the air through the handlers [W/K].
    bypass : float
        Share of it that comes straight back, 0 to below 1.
    set_point : float
        Supply air temperature that is held; `NO_SET_POINT` for all the handlers can.
    coil, water : float
        Conductance of the coils [W/K] and temperature of their water [degC].
    outside, t_outside : float
        Conductance of the economiser, 0 while it is shut [W/K], and outside temperature [degC].

    Returns
    -------
    tuple of float
        Mean cold and hot aisle [degC], heat taken in all and heat taken outside [W]. The economiser goes first,
        and the coil's valve stays shut where its water would warm the air.
    """
    reaching = (1.0 - bypass) * rate
    conductance, source = behind_bypass(coil, water, rate, bypass, fan)
    if outside > 0.0 and rate > 0.0:
        both, towards = in_series(outside, t_outside, coil, water, rate)
        conductance, source = behind_bypass(both, towards, rate, bypass, fan)
    cold_mean, hot_mean, heat = two_node_means(
        cold, hot, c_cold, c_hot, exchange, heat_0, heat_cold, heat_hot, fan, reaching, set_point,
        conductance, source, dt,
    )  # fmt: skip
    if outside <= 0.0 or rate <= 0.0:
        return cold_mean, hot_mean, heat, 0.0
    conductance, source = behind_bypass(outside, t_outside, rate, bypass, fan)
    alone_cold, alone_hot, alone = two_node_means(
        cold, hot, c_cold, c_hot, exchange, heat_0, heat_cold, heat_hot, fan, reaching, set_point,
        conductance, source, dt,
    )  # fmt: skip
    if alone >= heat:
        return alone_cold, alone_hot, alone, alone
    back = return_temperature(hot_mean, heat, fan, rate, bypass)
    return cold_mean, hot_mean, heat, min(heat, max(0.0, outside * (back - t_outside)))


@scalar
def return_temperature(hot: float, heat: float, fan: float, rate: float, bypass: float) -> float:
    """Air entering the coils: hot aisle and by-passed supply air [degC].

    Parameters
    ----------
    hot : float
        Hot aisle [degC].
    heat, fan : float
        Heat taken from the air and fan heat given to it [W].
    rate : float
        Capacity rate of the air through the handlers [W/K].
    bypass : float
        Share of it that comes straight back, 0 to below 1.
    """
    if rate <= 0.0:
        return hot
    return hot - bypass / (1.0 - bypass) * (heat - fan) / rate


@scalar
def leaving_temperature(
    hot: float, heat: float, fan: float, rate: float, bypass: float, still: float
) -> float:
    """Air leaving the handlers [degC]; arguments as in `return_temperature`, `still` where nothing flows."""
    reaching = (1.0 - bypass) * rate
    if reaching <= 0.0:
        return still
    return hot - (heat - fan) / reaching


@scalar
def valve_opening(
    cold: float,
    hot: float,
    c_cold: float,
    c_hot: float,
    exchange: float,
    heat_0: float,
    heat_cold: float,
    heat_hot: float,
    fan: float,
    rate: float,
    bypass: float,
    set_point: float,
    ua: float,
    water_flow: float,
    air_flow: float,
    speed: float,
    water_share: float,
    water: float,
    outside: float,
    t_outside: float,
    integral: float,
    opening: float,
    gain: float,
    integral_time: float,
    travel: float,
    dt: float,
) -> tuple[float, float]:
    """Opening of a coil valve under a PI controller of the supply air, solved together with the air it cools.

    The controller (`pi_step`) is fed with the mean leaving temperature of the step, which falls as the valve opens,
    so that its answer less the opening tried falls all the way: halving finds the opening at which they agree.
    Implicit in that sense, it neither rings nor depends on the sampling at long steps, where it comes to hold its
    set point exactly, and tends to the controller in continuous time at short ones.

    Parameters
    ----------
    cold .. t_outside, dt : float
        As in `handlers_means` and `coil_conductance`; `water_share` is the plant's flow as a fraction of full. The
        economiser, where it is open, is wide open: the coil only takes what it leaves.
    integral, opening : float
        State of the controller at the start.
    gain, integral_time, travel : float
        Of the controller [1/K], [s], and fastest travel of the valve [1/s].

    Returns
    -------
    tuple of float
        Opening and integral part at the end, the opening held over the step.
    """
    low = 0.0
    high = 1.0
    for _ in range(VALVE_TRIALS):
        tried = 0.5 * (low + high)
        coil = coil_conductance(ua, water_flow, air_flow, speed, water_share * tried)
        cold_mean, hot_mean, heat, _outside = handlers_means(
            cold, hot, c_cold, c_hot, exchange, heat_0, heat_cold, heat_hot, fan, rate, bypass, NO_SET_POINT,
            coil, water, outside, t_outside, dt,
        )  # fmt: skip
        leaving = leaving_temperature(hot_mean, heat, fan, rate, bypass, cold_mean)
        answer, _ = pi_step(leaving - set_point, integral, opening, gain, integral_time, 0.0, 1.0, travel, dt)
        if answer > tried:
            low = tried
        else:
            high = tried
    found = 0.5 * (low + high)
    coil = coil_conductance(ua, water_flow, air_flow, speed, water_share * found)
    cold_mean, hot_mean, heat, _outside = handlers_means(
        cold, hot, c_cold, c_hot, exchange, heat_0, heat_cold, heat_hot, fan, rate, bypass, NO_SET_POINT,
        coil, water, outside, t_outside, dt,
    )  # fmt: skip
    leaving = leaving_temperature(hot_mean, heat, fan, rate, bypass, cold_mean)
    return pi_step(leaving - set_point, integral, opening, gain, integral_time, 0.0, 1.0, travel, dt)
