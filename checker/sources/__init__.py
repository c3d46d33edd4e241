"""All that talks to anything: engines, registries, the learner's folder, published ports. It reads and never changes anything."""
