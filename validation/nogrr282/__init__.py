"""The voltage curve of NOGRR282, point by point, and what a counter of sags does to it."""
