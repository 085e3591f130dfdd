"""Documents: each a frozen dataclass and how it is read from the marts. Sums and words are made here, not in the template."""
