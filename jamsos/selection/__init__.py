"""Selection: choose who is protected this year, and record why.

The room takes the matched people and a ceiling in rupiah. It returns every candidate, chosen or not, with a rank and a
reason. The ranking is a pure function: the same people and ceiling always give the same list. So an office can answer a
complaint years later.
"""
