"""Regions: provinces, regencies, districts and villages by their Kemendagri codes.

A code contains its parents: `53.15.05.2001` is a village of district `53.15.05` in regency `53.15` of province `53`.
Village names repeat throughout the country, so everything joins by code. Aliases map the spellings of registers to
codes.
"""
