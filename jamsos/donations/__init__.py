"""Donations: pledges, bank lines matched to them, and the worker-months a gift paid for. A pledge is money only when matched."""
