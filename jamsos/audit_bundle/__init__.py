"""Audit bundle: everything that a stranger needs to recompute a year without this program; docs/verify.md describes each file."""
