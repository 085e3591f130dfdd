"""Donations: pledges, the bank lines matched to them, and the worker-months that a donation paid. Only matched money counts."""
