"""Pipes, exchangers and coolant loops against closed forms."""
