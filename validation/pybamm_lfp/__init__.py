"""A 2.3 Ah LFP cell discharged at constant current, against PyBaMM."""
