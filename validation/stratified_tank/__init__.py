"""A stratified tank of chilled water against closed forms."""
