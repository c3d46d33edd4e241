"""Conditions on one container."""
