"""What Dockyard needs of the machine: packages, kernel, processes, signals."""
