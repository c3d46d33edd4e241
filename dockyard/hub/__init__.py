"""The content of the registry beside the engine, and the requests that it could not serve."""
