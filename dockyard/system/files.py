"""Writing files."""

import secrets
from pathlib import Path


def write_atomically(path: Path, text: str) -> None:
    """Write a file. A reader finds either the old text or the new one, even if two processes write."""
    partial = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        partial.write_text(text, encoding="utf-8", newline="\n")
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
