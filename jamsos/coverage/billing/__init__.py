"""Billing: worker-months become bills, and bills are paid from the fund that they were billed to."""
