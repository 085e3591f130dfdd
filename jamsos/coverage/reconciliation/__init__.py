"""Reconciliation: what the insurer confirms, how it differs from what was billed and paid, and the signed minutes."""
