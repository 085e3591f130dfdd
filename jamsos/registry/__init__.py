"""Registry: an extract arrives (DTKS, P3KE, DTSEN, lists of people with disabilities, the province's list) and is kept as received.

A row that cannot be used is kept with its line and reason; it is never lost and never fatal. A file is loaded whole or not at all.
"""
