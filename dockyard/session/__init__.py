"""One learner's session: started, observed, played, ended."""
