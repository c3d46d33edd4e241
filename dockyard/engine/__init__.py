"""The engines on which lessons are done."""
