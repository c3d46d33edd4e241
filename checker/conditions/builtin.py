"""The built-in vocabulary of checks: subject -> its kinds.

To add one: a file beside this one with a class that is a `Condition`, and its name here.
"""

from checker.conditions.answer_hashes import DigestAnswer, IdAnswer
from checker.conditions.answer_names import OtherNameAnswer
from checker.conditions.answer_reference import InvalidOneAnswer, PartAnswer
from checker.conditions.answer_seen import LayersAnswer, RanImageAnswer, UserAnswer
from checker.conditions.base import Goal
from checker.conditions.combined import All, Any, Not
from checker.conditions.container_now import ContainerExists, ContainerExited, ContainerRunning
from checker.conditions.container_ran import ContainerRan
from checker.conditions.container_removed import ContainerRemoved
from checker.conditions.containers import ContainersNone
from checker.conditions.file import FileDockerfile, FilePresent
from checker.conditions.image_built import ImageBuilt
from checker.conditions.image_by_digest import ImagePulledByDigest
from checker.conditions.image_committed import ImageCommitted
from checker.conditions.image_gone import ImageAbsent, ImageRemoved, ImageUntagged
from checker.conditions.image_here import ImagePresent, ImagePulled
from checker.conditions.image_made import ImageTagged
from checker.conditions.image_pulled_back import ImagePulledBack
from checker.conditions.images import ImagesMade, ImagesNone, ImagesOnly
from checker.conditions.network import NetworkAbsent, NetworkCreated, NetworkPresent, NetworkRemoved
from checker.conditions.registry import RegistryAbsent, RegistryPresent, RegistryPushed
from checker.conditions.volume import VolumeAbsent, VolumeCreated, VolumePresent, VolumeRemoved

SUBJECTS: dict[str, tuple[type[Goal], ...]] = {
    "answer": (
        DigestAnswer,
        IdAnswer,
        InvalidOneAnswer,
        LayersAnswer,
        OtherNameAnswer,
        PartAnswer,
        RanImageAnswer,
        UserAnswer,
    ),
    "container": (ContainerExists, ContainerExited, ContainerRan, ContainerRemoved, ContainerRunning),
    "containers": (ContainersNone,),
    "file": (FileDockerfile, FilePresent),
    "image": (
        ImageAbsent,
        ImageBuilt,
        ImageCommitted,
        ImagePresent,
        ImagePulled,
        ImagePulledBack,
        ImagePulledByDigest,
        ImageRemoved,
        ImageTagged,
        ImageUntagged,
    ),
    "images": (ImagesMade, ImagesNone, ImagesOnly),
    "network": (NetworkAbsent, NetworkCreated, NetworkPresent, NetworkRemoved),
    "registry": (RegistryAbsent, RegistryPresent, RegistryPushed),
    "volume": (VolumeAbsent, VolumeCreated, VolumePresent, VolumeRemoved),
}
COMBINATIONS = {"all": All, "any": Any, "not": Not}
