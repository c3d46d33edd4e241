"""The compiler for lessons."""
