"""Complaints: anybody may object to a list and follow the complaint by a code. Another officer decides than the one who answered.

The words of a complaint are sealed. The holder of the code sees only the steps, their dates and the answers, and no
other person's data.
"""
