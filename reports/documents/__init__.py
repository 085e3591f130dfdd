"""Documents: one file per report, a frozen dataclass and how it is read from the marts; questions stand in the order they are asked."""
