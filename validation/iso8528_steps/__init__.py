"""Load steps of the library's generating sets, against the classes of ISO 8528-5."""
