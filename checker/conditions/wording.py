"""Words that conditions share: lists of names, commands ready to be typed, near misses in spelling."""

import shlex
from collections.abc import Iterable

LISTED = 8  # words in one sentence; nobody reads more


def edits(one: str, other: str) -> int:
    """Letters to insert, drop, change or swap to get from one word to the other."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        above, before, row = before, row, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and b == one[i - 2]:
                cost = min(cost, above[j - 2] + 1)
            row.append(cost)
    return row[-1]


def is_typo(written: str, meant: str) -> bool:
    """Within two letters, and not simply another short word."""
    return written != meant and edits(written, meant) <= min(2, len(meant) // 2)


def shell_command(*words: str) -> str:
    """A command ready to be typed: names from outside are quoted, so that none can run something else."""
    return shlex.join(words)


def join_words(words: Iterable[str]) -> str:
    """`a`, `b` and `c`; of very many only the first, and how many more."""
    quoted = [f"`{word}`" for word in words]
    if len(quoted) > LISTED:
        quoted = [*quoted[: LISTED - 1], f"{len(quoted) - LISTED + 1} more"]
    return " and ".join(filter(None, [", ".join(quoted[:-1]), *quoted[-1:]]))


def state_in_words(state: str) -> str:
    """The state of a container as one says it: Docker's word, but "stopped" for "exited"."""
    return "stopped" if state == "exited" else state
