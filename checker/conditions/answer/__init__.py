"""Conditions on what the learner types as an answer."""
