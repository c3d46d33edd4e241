"""Lesson files in, a Course out; every problem with its file and line."""
