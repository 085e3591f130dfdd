"""Offices: the owners of facts: a regency, a province or the ministry, as payer of contributions."""
