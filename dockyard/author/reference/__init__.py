"""The reference for authors, written from the code: conditions, their keys, their reasons."""
