"""Coverage: worker-months that are billed, paid from one fund each, and confirmed by the insurer.

The primary key allows one payer per worker-month at most. The view `coverage_months` derives the state of a
worker-month (billed, paid, confirmed) from facts.
"""
