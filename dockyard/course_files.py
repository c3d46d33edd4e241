"""Where the files of the course are: in the installed package, or in the checkout."""

from pathlib import Path


def course_folder(part: str = "lessons") -> Path:
    """The folder of the `lessons` or of the `notebooks`."""
    here = Path(__file__).resolve().parent
    packed = here / "course" / part
    return packed if packed.is_dir() else here.parent / part
