"""Repairs: the workbook in which an office corrects rows, and the rows that return in it."""
