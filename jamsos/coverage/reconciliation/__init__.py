"""Reconciliation: compare the insurer's confirmations with bills and payments, and sign the minutes of a month."""
