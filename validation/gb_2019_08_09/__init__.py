"""The Great Britain event of 9 August 2019, against the measured frequency."""
