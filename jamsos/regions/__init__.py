"""Regions: provinces, regencies, districts and villages by their Kemendagri codes.

A code carries its parents: `53.15.05.2001` is a village of district `53.15.05` in regency `53.15` of province `53`. Village names repeat
all over the country, so everything joins by code; spellings found in registers are mapped to codes here.
"""
