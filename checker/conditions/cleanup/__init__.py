"""Conditions on all images or all containers, for lessons that clean up."""
