"""All that talks to anything: engines, registries, the learner's folder, ports. It only reads."""
