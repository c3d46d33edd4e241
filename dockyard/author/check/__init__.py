"""The rules of `dockyard author check`."""
