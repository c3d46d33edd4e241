"""Brings a course, an engine and a journal together: reads facts, has them judged, keeps what was found."""
