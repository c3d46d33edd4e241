"""What Dockyard needs of the machine, and how it gets there."""
