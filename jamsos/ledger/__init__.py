"""Ledger: funds, their rules, and an append-only double-entry journal.

A posting moves whole rupiah on one account of one fund and field. Each transaction sums to zero per fund. A debit is
positive. The database maintains the balances beside the journal, and refuses an overspent fund under any concurrency.
"""
