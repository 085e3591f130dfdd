"""Decrees: the Regent's decree, numbered and dated, with its list frozen. A later decree amends; no decree is changed."""
