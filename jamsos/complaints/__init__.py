"""Complaints: anyone may object to a list, follow the objection by a code, and have it decided by somebody else than who answered.

A complaint keeps its words sealed and shows nobody's data to whoever follows it: only what was done with it, when, and the answer.
"""
