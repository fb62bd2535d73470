"""Modules of analog networks."""
