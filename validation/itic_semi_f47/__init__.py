"""Which power designs ride through the points of the ITIC 2000 and SEMI F47 curves."""
