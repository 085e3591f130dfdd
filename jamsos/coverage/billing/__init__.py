"""Billing: bill worker-months, and pay bills from the fund to which they were billed."""
