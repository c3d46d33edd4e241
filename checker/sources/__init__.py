"""Everything that reads from outside: engines, registries, the learner's folder, ports. It only reads."""
