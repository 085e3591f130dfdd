"""Tracing: match money with the worker-months that it paid, first in, first out, in both directions."""
