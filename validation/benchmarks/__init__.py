"""How fast the full step is, and a plain NumPy step of the same racks to compare it with."""
