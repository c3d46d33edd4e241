"""Conditions on a file in the learner's folder."""
