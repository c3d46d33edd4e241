"""The proof of lessons on a real engine."""
