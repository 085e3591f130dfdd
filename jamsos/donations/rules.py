"""Donation rules: what a bank line says about a pledge."""

from enum import StrEnum


class MatchOutcome(StrEnum):
    exact = "exact"
    partial = "partial"
    over = "over"
    unknown = "unknown"
    duplicate = "duplicate"
    refunded = "refunded"
