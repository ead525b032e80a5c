"""Published chiller curves at their reference points."""
