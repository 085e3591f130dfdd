"""Enrolment rules: what the insurer may answer."""

from enum import StrEnum


class Answer(StrEnum):
    accepted = "accepted"
    refused = "refused"
    already_member = "already_member"
