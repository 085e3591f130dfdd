"""Ledger: funds, their rules and a double-entry journal that only grows.

A posting moves whole rupiah on one account of one fund and field; each transaction sums to zero per fund. Debit is
positive. Balances are kept beside the journal by the database, which refuses an overspent fund under any concurrency.
"""
