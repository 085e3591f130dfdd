"""Decrees: the Regent's decree, numbered and dated, its list frozen. A later decree amends; nothing is ever changed."""
