"""Benchmarks: each measures Jamsos and a user's usual alternative in one run, and prints the ratio.

`make benchmark` runs all, `make benchmark ARGS=ledger` one. Times of single runs mean little on a shared machine; ratios of one
run are meaningful.
"""
