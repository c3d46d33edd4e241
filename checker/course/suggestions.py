"""What to suggest in place of a word that is not allowed."""

from collections.abc import Iterable


def nearest(word: str, allowed: Iterable[str]) -> str | None:
    """The allowed word that was most likely meant; None if none is close."""
    from difflib import get_close_matches  # only where something is wrong

    return next(iter(get_close_matches(word, list(allowed), n=1)), None)


def suggestion(word: object, allowed: Iterable[str]) -> str:
    """The end of a sentence about a wrong word: `; did you mean “hints”? Allowed: check, hints`."""
    words = sorted(allowed)
    close = nearest(str(word), words)
    meant = f"; did you mean `{close}`?" if close else "."
    return f"{meant} Allowed: {', '.join(words) or 'nothing'}"
