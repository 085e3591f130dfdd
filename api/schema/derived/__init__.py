"""Derived types: what follows from a thing in the schema: its object and connection, its filters and orders, its figures."""
