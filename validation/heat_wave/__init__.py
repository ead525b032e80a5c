"""A heat wave over air-cooled chillers: what they lose, and what a hall has to shed."""
