"""Bank statements: read MT940, camt.053, CSV and workbooks, whole or not at all."""
