"""Conditions on what a registry has."""
