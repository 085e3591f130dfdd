"""People: one person per worker, with the register rows that speak of them, their groups and life events.

A person's current facts stand in `people`; every state it ever had stands in `person_versions`, written by the database itself.
"""
