"""Selection: who is protected this year, and why.

Takes the matched people and a ceiling in rupiah; hands on every candidate with a rank and a reason, chosen or
not. Pure: the same people and ceiling always give the same list, so a complaint can be answered years later.
"""
