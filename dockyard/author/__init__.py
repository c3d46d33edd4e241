"""For those who write lessons: scaffold, compile, make notebooks, prove on a real engine."""
