"""Audit bundle: everything that an outsider needs to recompute a year without this program; docs/verify.md describes each file."""
