"""What a condition may ask to see."""

from dataclasses import dataclass
from typing import Literal

NeedKind = Literal[
    "image",
    "image-history",
    "images",
    "dangling",
    "container",
    "logs",
    "containers",
    "volume",
    "volumes",
    "network",
    "registry",
    "registry-tags",
    "file",
    "files",
    "port",
]


@dataclass(frozen=True, slots=True, order=True)
class Need:
    """One thing a condition must see.

    | kind | key | what is read |
    |---|---|---|
    | `image` | reference or ID | an Image, as inspected |
    | `image-history` | reference or ID | how many rows `docker history` shows |
    | `images` | | all images that have a name, or are used: a costly list |
    | `dangling` | | the images without a name that no other image is built on |
    | `container` | name or ID | a Container, as inspected |
    | `logs` | name or ID | the end of what it printed |
    | `containers` | | all containers, as listed |
    | `volume`, `network` | name | a Volume, a Network |
    | `volumes` | | all volumes |
    | `registry` | full reference | a RemoteImage |
    | `registry-tags` | full reference | the tags of its repository |
    | `file` | path in the learner's folder | a File |
    | `files` | | the paths of all files there |
    | `port` | number | a Reply |
    """

    kind: NeedKind
    key: str = ""


CONTAINERS = Need("containers")
IMAGES = Need("images")
DANGLING = Need("dangling")
FILES = Need("files")
