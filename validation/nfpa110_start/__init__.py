"""Start of a generating set, against NFPA 110: Type 10, and the crank cycle to lockout."""
