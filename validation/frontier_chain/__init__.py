"""Frontier: power and conversion loss of its published chain, and what 380 V DC would save."""
