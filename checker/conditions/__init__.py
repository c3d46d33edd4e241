"""The vocabulary of checks: a subject a folder or a file, each with its data, judgement and diagnoses."""
