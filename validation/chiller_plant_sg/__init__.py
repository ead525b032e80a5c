"""A measured chiller plant in Singapore."""
