"""What a site's controls are asked to do: set points per control interval.

A policy is any object with `act(view, controls)`. It reads the `View` (time, signals, states at the end of the
last interval) and writes `Controls` (set points of the coming interval). The kernels do the fast part: a response
committed here follows frequency within the electrical step, and never below the reserve. A policy that remembers
something between intervals says so with `memory()` and `recall(memory)` (`Remembering`), so that a resumed run goes
on to the same bits.
"""

from twin.policies.control import Controls, Policy, Remembering, View
from twin.policies.make import make_policies

__all__ = ["Controls", "Policy", "Remembering", "View", "make_policies"]
