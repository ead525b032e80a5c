"""Ageing of a 250 Ah LFP cell against its closed form."""
