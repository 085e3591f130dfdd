"""Registry: load an extract (DTKS, P3KE, DTSEN, lists of people with disabilities, the province's list) and store it as received.

An unusable row is stored with its line and reason. It is never lost, and never stops a load. A file is loaded whole or
not at all.
"""
