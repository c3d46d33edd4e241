"""Tools for authors: create a lesson, check it, build its notebook, prove it on a real engine."""
