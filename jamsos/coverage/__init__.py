"""Coverage: worker-months billed, paid from one fund each, and confirmed by the insurer.

A worker-month has at most one payer, by primary key. Its state (billed, paid, confirmed) is derived from facts, in the
view `coverage_months`.
"""
