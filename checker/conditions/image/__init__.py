"""Conditions on one image."""
