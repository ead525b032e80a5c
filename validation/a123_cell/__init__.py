"""An A123 26650 cell under a measured dynamic profile."""
