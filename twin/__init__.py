"""Digital twin of a data centre."""

__version__ = "0.1.0"
