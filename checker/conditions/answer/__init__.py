"""Questions that are answered by typing."""
