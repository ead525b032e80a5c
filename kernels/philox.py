"""Counter-based random numbers: a draw is a function of its address, not of what was drawn before it.

The address is (seed; member, unit, purpose, index). Members may be drawn in any order, in any batch and on any
thread or machine, and get the same numbers.

Philox4x32-10 [1]_. Words are 32 bits held in 64-bit integers. A product of two words may overflow into the sign;
its two halves are still right, because they are taken by shift and mask. Plain Python integers give the same.

References
----------
.. [1] J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11,
   2011. Constants and known answers are those of the Random123 library.
"""

from __future__ import annotations

from numba import njit

from twin.kernels.scalar import Array, Links, scalar

WORD = 0xFFFFFFFF
MULTIPLIER_0 = 0xD2511F53
MULTIPLIER_1 = 0xCD9E8D57
WEYL_0 = 0x9E3779B9
WEYL_1 = 0xBB67AE85
ROUNDS = 10


@scalar
def philox(c0: int, c1: int, c2: int, c3: int, k0: int, k1: int) -> tuple[int, int, int, int]:
    """Four random words from a counter of four words and a key of two, all in [0, 2^32)."""
    for _ in range(ROUNDS):
        low = MULTIPLIER_0 * c0
        high = MULTIPLIER_1 * c2
        c0, c1, c2, c3 = (
            ((high >> 32) & WORD) ^ c1 ^ k0,
            high & WORD,
            ((low >> 32) & WORD) ^ c3 ^ k1,
            low & WORD,
        )
        k0 = (k0 + WEYL_0) & WORD
        k1 = (k1 + WEYL_1) & WORD
    return c0, c1, c2, c3


@scalar
def uniform(seed: int, member: int, unit: int, purpose: int, index: int) -> float:
    """Uniform number in the open interval (0, 1) at an address.

    Parameters
    ----------
    seed : int
        0 to 2^63 - 1.
    member, unit, purpose, index : int
        0 to 2^32 - 1; the four words of the counter.

    Returns
    -------
    float
        An odd multiple of 2^-53: 52 random bits, never 0 nor 1.
    """
    a, b, _, _ = philox(member, unit, purpose, index, seed & WORD, (seed >> 32) & WORD)
    return ((a >> 6) * 67108864.0 + (b >> 6) + 0.5) / 4503599627370496.0


@njit(error_model="numpy", cache=True)
def fill_uniform(out: Array, seed: int, members: Links, unit: int, purpose: int, index: int) -> None:
    """Set `out[k]` to the uniform number of `members[k]`; one shape, (k,)."""
    for k in range(members.shape[0]):
        out[k] = uniform(seed, int(members[k]), unit, purpose, index)
