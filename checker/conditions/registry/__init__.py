"""Conditions on what a registry holds."""
