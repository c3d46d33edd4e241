"""How fast Dockyard is, always beside a peer that was measured in the same run: `python -m bench`."""
