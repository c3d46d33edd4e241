"""Notebooks, made from lessons; a learner's copies are kept up to date and never lost."""
