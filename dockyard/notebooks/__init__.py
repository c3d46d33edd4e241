"""Notebooks, built from lessons. A learner's copies are kept up to date and never lost."""
