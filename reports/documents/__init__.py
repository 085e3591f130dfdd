"""Documents: one file per report, with a frozen dataclass and its function for reading the marts."""
