"""People: one person per worker, with the person's register rows, groups and life events.

`people` contains the current facts of each person. `person_versions` contains every earlier state, which the database
itself records.
"""
