"""Enrolment: the names of a decree sent to the insurer, the answers received, the membership numbers (KPJ)."""
