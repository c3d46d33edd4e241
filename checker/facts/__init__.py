"""What a judgement may look at. Plain data."""
