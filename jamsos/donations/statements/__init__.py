"""Bank statements: MT940, camt.053, CSV and workbooks, read whole or refused."""
