"""The magics of a notebook."""
