"""The registry beside the engine: what it holds, and what it was asked for."""
