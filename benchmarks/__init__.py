"""Benchmarks: each measures us beside what a user would pick instead, in one run, and prints the ratio.

`make benchmark` runs all, `make benchmark ARGS=ledger` one. Figures of single runs mean little on a shared machine; ratios from one run do.
"""
