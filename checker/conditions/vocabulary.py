"""The built-in vocabulary of checks: subject -> its kinds.

To add one: a file beside this one with a class that is a `Condition`, and its name here.
"""

from checker.conditions.answer.identifiers import DigestAnswer, IdAnswer
from checker.conditions.answer.names import OtherNameAnswer
from checker.conditions.answer.observed import LayersAnswer, RanImageAnswer, UserAnswer
from checker.conditions.answer.references import InvalidOneAnswer, PartAnswer
from checker.conditions.base import Goal
from checker.conditions.cleanup.containers import ContainersNone
from checker.conditions.cleanup.images import ImagesMade, ImagesNone, ImagesOnly
from checker.conditions.combined import All, Any, Not
from checker.conditions.container.ran import ContainerRan
from checker.conditions.container.removed import ContainerRemoved
from checker.conditions.container.state import ContainerExists, ContainerExited, ContainerRunning
from checker.conditions.file.file import FileDockerfile, FilePresent
from checker.conditions.image.built import ImageBuilt
from checker.conditions.image.committed import ImageCommitted
from checker.conditions.image.present import ImagePresent
from checker.conditions.image.pulled import ImagePulled
from checker.conditions.image.pulled_back import ImagePulledBack
from checker.conditions.image.pulled_by_digest import ImagePulledByDigest
from checker.conditions.image.removed import ImageAbsent, ImageRemoved
from checker.conditions.image.tagged import ImageTagged
from checker.conditions.image.untagged import ImageUntagged
from checker.conditions.network import NetworkAbsent, NetworkCreated, NetworkPresent, NetworkRemoved
from checker.conditions.registry.registry import RegistryAbsent, RegistryPresent, RegistryPushed
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
