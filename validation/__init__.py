"""Published cases the model is held against: one folder each, with its reference, tolerances and figure."""
