"""Enrolment: send the persons of a decree to the insurer, and record the answers and the membership numbers (KPJ)."""
