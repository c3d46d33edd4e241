"""`image: NAME` that `is: built`."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from msgspec.structs import replace

from checker.conditions.image.attributes import SHORTCOMINGS
from checker.conditions.image.comparison import TheSameImage
from checker.conditions.image.near_misses import CLOSE, GoneAgain
from checker.conditions.image.provenance import is_of_a_build, origin
from checker.conditions.image.tagged import (
    ImageMade,
    MadeOtherwise,
    NotMadeHere,
    fresh_and_nameless,
    named_instead,
)
from checker.conditions.reasons import Private, Reason
from checker.facts.facts import Facts
from checker.facts.needs import DANGLING, FILES, InspectImage, Need
from checker.facts.objects import Image


class _NoBuild(Reason, frozen=True, kw_only=True):
    image: str
    folder: Private = ""  # where to build; empty: where the learner is
    next = ("cd {folder}", "docker build --tag {image} .")


class BuildFailed(_NoBuild, frozen=True, kw_only=True, tag="build-failed"):
    """A command of the Dockerfile failed."""

    code: str
    seen = "A command in the Dockerfile failed with the code {code}, and the build ended there."
    cause = "Its last lines say why."


class BuiltNotTagged(_NoBuild, frozen=True, kw_only=True, tag="built-not-tagged"):
    """A build left an image without a name."""

    image_id: str
    seen = "A build has left the image {image_id} here, and it has no name."
    cause = (
        "Did you forget `--tag`, or did the build break off? "
        "Docker keeps the steps that are done, so it is quick to repeat."
    )


class NoDockerfile(_NoBuild, frozen=True, kw_only=True, tag="no-dockerfile"):
    """Nothing was built, and there is no Dockerfile in the learner's folder."""

    seen = "Nothing was built under the name `{image}` on this engine."
    cause = "There is no Dockerfile in your folder {folder} either."


class NotBuilt(_NoBuild, frozen=True, kw_only=True, tag="not-built"):
    """Nothing was built."""

    seen = "Nothing was built under the name `{image}` on this engine."
    cause = (
        "`docker build` needs a folder as its last word: the dot stands for the one that you are in. "
        "If a build broke off, its last lines say why."  # not every builder leaves a trace
    )


class ImageBuilt(ImageMade, frozen=True, tag="built"):
    """The image was built here since the lesson was started, and has its name."""

    example: ClassVar[str] = """
        image: banner:1.0
        is: built
        built-on: ubuntu
        config: {user: any-but-root}
    """
    reasons: ClassVar[tuple[type[Reason], ...]] = (
        *SHORTCOMINGS,
        NotMadeHere,
        MadeOtherwise,
        BuildFailed,
        *CLOSE,
        BuiltNotTagged,
        GoneAgain,
        NoDockerfile,
        NotBuilt,
    )

    def was_made(self, image: Image, facts: Facts) -> bool:
        """Whether it is new here and came in no other way than by a build."""
        return origin(image, facts.history) == "built"

    def diagnostic_needs(self, facts: Facts) -> Iterable[Need[object]]:
        """Images without a name, and the learner's files, if the image is not here."""
        return super().diagnostic_needs(facts) if facts[InspectImage(self.image_name)] else (DANGLING, FILES)

    def next_commands(self, facts: Facts) -> tuple[str, ...]:
        """Build, from where the Dockerfile is."""
        return NotBuilt(image=self.short, folder=build_folder(facts)).texts.next

    def shortcomings(self, image: Image, facts: Facts) -> Iterator[Reason]:
        """Also why a build may give the same image again: a builder that finds no change makes nothing."""
        for lack in super().shortcomings(image, facts):
            yield replace(lack, built=self.short) if isinstance(lack, TheSameImage) else lack

    def diagnoses(self, facts: Facts) -> Iterator[Reason]:
        """Made in another way, lacking something, broken off, with another name or none, or not built."""
        if image := facts[InspectImage(self.image_name)]:
            yield from self.not_made_here(image, facts)
            if origin(image, facts.history) == "committed":
                yield MadeOtherwise(
                    image=self.short,
                    wanted="built",
                    made="committed",
                    next_commands=self.next_commands(facts),
                )
            yield from self.shortcomings(image, facts)
        yield from self.broke_off(facts)
        yield from named_instead(self.image_name, facts, self.next_commands(facts) if self.other_than else ())
        yield from self.without_a_name(facts)
        yield from self.gone_again(facts)
        yield self.nothing_built(facts)

    def broke_off(self, facts: Facts) -> Iterator[Reason]:
        """A command of the Dockerfile failed: the container in which a builder ran it shows that."""
        for event in reversed(list(facts.history.of("container", "die", recent=True))):
            code = event.attributes.get("exitCode", "0")
            if is_of_a_build(event) and code not in ("0", ""):
                yield BuildFailed(image=self.short, folder=build_folder(facts), code=code)

    def without_a_name(self, facts: Facts) -> Iterator[Reason]:
        """A new image has no name: `--tag` was forgotten, or the build did not end."""
        for image in fresh_and_nameless(facts):
            if origin(image, facts.history) is None:
                yield BuiltNotTagged(image=self.short, folder=build_folder(facts), image_id=image.short_id)

    def nothing_built(self, facts: Facts) -> Reason:
        """No trace of a build; there may be a Dockerfile."""
        if facts.folder and facts.has(FILES) and not dockerfiles(facts):
            return NoDockerfile(image=self.short, folder=facts.folder)
        return NotBuilt(image=self.short, folder=build_folder(facts))


def build_folder(facts: Facts) -> str:
    """The folder of the first Dockerfile; empty if none was found."""
    found = dockerfiles(facts)
    return f"{facts.folder}/{found[0]}".rpartition("/")[0] if found else ""


def dockerfiles(facts: Facts) -> tuple[str, ...]:
    """The paths of the Dockerfiles in the learner's folder, the shortest first; empty if none was read."""
    if not facts.has(FILES):
        return ()
    found = (path for path in facts[FILES] if path.rpartition("/")[2] == "Dockerfile")
    return tuple(sorted(found, key=lambda path: path.count("/")))
