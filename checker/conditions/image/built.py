"""`image: NAME` that `is: built`."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import ClassVar

from msgspec import structs

from checker.conditions.image.comparison import TheSameImage
from checker.conditions.image.provenance import is_of_a_build, origin
from checker.conditions.image.tagged import ImageMade, fresh_and_nameless, named_instead
from checker.conditions.reasons import Reason
from checker.conditions.wording import shell_command
from checker.facts.facts import Facts
from checker.facts.needs import DANGLING, FILES, InspectImage, Need
from checker.facts.objects import Image
from checker.verdict import Diagnosis


class ImageBuilt(ImageMade, frozen=True, tag="built"):
    """The image was built here since the lesson was started, and has its name."""

    example: ClassVar[str] = """
        image: banner:1.0
        is: built
        built-on: ubuntu
        config: {user: any-but-root}
    """

    def was_made(self, image: Image, facts: Facts) -> bool:
        """It is new here, and came in no other way than by a build."""
        return origin(image, facts.history) == "built"

    def diagnostic_needs(self, facts: Facts) -> Iterable[Need[object]]:
        """Images without a name, and the learner's files, if the image is not here."""
        return super().diagnostic_needs(facts) if facts[InspectImage(self.image_name)] else (DANGLING, FILES)

    def next_commands(self, facts: Facts) -> tuple[str, ...]:
        """Building, from where the Dockerfile is."""
        found = dockerfiles(facts)
        folder = f"{facts.folder}/{found[0]}".rpartition("/")[0] if found else ""
        build = f"docker build --tag {self.short} ."
        return (shell_command("cd", folder), build) if folder else (build,)

    def shortcomings(self, image: Image, facts: Facts) -> Iterator[Reason]:
        """One that should be new may be an old one: a builder that finds no change makes nothing."""
        for lack in super().shortcomings(image, facts):
            yield structs.replace(lack, built=self.short) if isinstance(lack, TheSameImage) else lack

    def diagnoses(self, facts: Facts) -> Iterator[Reason | Diagnosis]:
        """Made in another way or otherwise, named otherwise, without a name, broken off, or not at all."""
        if image := facts[InspectImage(self.image_name)]:
            yield from self.not_made_here(image, facts)
            if origin(image, facts.history) == "committed":
                message = f"`{self.short}` was made by `docker commit`. This step wants it built"
                yield Diagnosis("made-otherwise", f"{message} from a Dockerfile.", self.next_commands(facts))
            yield from self.shortcomings(image, facts)
        yield from self.broke_off(facts)
        for near in named_instead(self.image_name, facts):
            yield replace(near, next=self.next_commands(facts)) if self.other_than else near
        yield from self.without_a_name(facts)
        yield from self.gone_again(facts)
        yield from self.nothing_built(facts)

    def broke_off(self, facts: Facts) -> Iterator[Diagnosis]:
        """A command of the Dockerfile failed: the container in which a builder ran it tells so."""
        for event in reversed(list(facts.history.of("container", "die", recent=True))):
            code = event.attributes.get("exitCode", "0")
            if is_of_a_build(event) and code not in ("0", ""):
                message = (
                    f"A command in the Dockerfile failed with the code {code}, and the build ended there."
                )
                yield Diagnosis(
                    "build-failed", f"{message} Its last lines say why.", self.next_commands(facts)
                )

    def without_a_name(self, facts: Facts) -> Iterator[Diagnosis]:
        """A new image has no name: `--tag` was forgotten, or the build did not come to its end."""
        for image in fresh_and_nameless(facts):
            if origin(image, facts.history) is None:
                message = f"A build has left the image {image.short_id} here, and it has no name."
                why = "Was `--tag` forgotten, or did the build break off? What is done is quick to repeat."
                yield Diagnosis("built-not-tagged", f"{message} {why}", self.next_commands(facts))

    def nothing_built(self, facts: Facts) -> Iterator[Diagnosis]:
        """No trace of a build; the Dockerfile may be waiting for one."""
        message = f"Nothing was built under the name `{self.short}` on this engine."
        if facts.folder and facts.has(FILES) and not dockerfiles(facts):
            message = f"{message} There is no Dockerfile in your folder {facts.folder}, either."
            yield Diagnosis(
                "no-dockerfile", message, (shell_command("cd", facts.folder), *self.next_commands(facts))
            )
        why = "`docker build` wants a folder at its end: the dot stands for the one that you are in."
        broke_off = "If a build broke off, its last lines say why."  # not every builder leaves a trace
        yield Diagnosis("not-built", f"{message} {why} {broke_off}", self.next_commands(facts))


def dockerfiles(facts: Facts) -> tuple[str, ...]:
    """The paths of the Dockerfiles in the learner's folder, as far as one has looked."""
    if not facts.has(FILES):
        return ()
    found = (path for path in facts[FILES] if path.rpartition("/")[2] == "Dockerfile")
    return tuple(sorted(found, key=lambda path: path.count("/")))
