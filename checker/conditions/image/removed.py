"""`image: NAME` that `is: removed`, `untagged` or `absent`."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from checker.conditions.base import AboutImage
from checker.conditions.image.blockers import (
    built_on,
    describe_containers,
    in_use,
    made_here,
    several_tags,
    unblock,
    was,
)
from checker.conditions.wording import join_words
from checker.facts.facts import Facts
from checker.facts.history import History
from checker.facts.needs import CONTAINERS, DANGLING, InspectImage, Need
from checker.facts.objects import Container, Image, familiar, full_name
from checker.verdict import Diagnosis


class _ImageGone(AboutImage, frozen=True):
    def needs(self, history: History) -> Iterable[Need[object]]:
        """The name, every ID that was seen under it, and who uses them."""
        ids = (InspectImage(image_id) for image_id in sorted(history.ids_of(self.image_name)))
        return (InspectImage(self.image_name), *ids, CONTAINERS)

    def diagnostic_needs(self, facts: Facts) -> Iterable[Need[object]]:
        """What may stand on it, and whether it does."""
        if any(not image.names for image in self.left(facts)):
            yield DANGLING
        now = facts[InspectImage(self.image_name)]
        if self.left(facts) or now:
            yield from (InspectImage(image_id) for image_id in made_here(facts.history))

    def was_here(self, facts: Facts) -> bool:
        """Whether it was ever seen since the lesson was started."""
        return bool(facts.history.ids_of(self.image_name)) or self.image_name in facts.history.arrivals()

    def left(self, facts: Facts) -> tuple[Image, ...]:
        """What is still there of the images that were seen under the name."""
        ids = sorted(facts.history.ids_of(self.image_name))
        return tuple(image for image_id in ids if (image := facts[InspectImage(image_id)]))

    def users(self, facts: Facts) -> tuple[Container, ...]:
        """The containers made from it, whatever became of the image."""
        return facts.containers_of(facts.history.ids_of(self.image_name))

    def never_here(self, facts: Facts) -> Iterator[Diagnosis]:
        """Absence proves nothing: one can only remove what was there."""
        if not self.was_here(facts) and not facts[InspectImage(self.image_name)]:
            message = f"`{self.short}` has not been on this engine since the lesson was started."
            mend = (f"docker pull {self.short}", f"docker rmi {self.short}")
            yield Diagnosis("never-here", f"{message} There was nothing to remove.", mend)

    def took_another(self, facts: Facts) -> Iterator[Diagnosis]:
        """The learner removed something, but not this."""
        for event in facts.history.of("image", "delete", recent=True):
            names = facts.history.names_of(event.id) - {self.image_name}
            if event.id in facts.history.ids_of(self.image_name) or not names:
                continue
            others = [familiar(name) for name in sorted(names)]
            message = f"You removed {join_words(others)}, and `{self.short}` is still here."
            yield Diagnosis("removed-another", message, self.way_out(facts))

    def way_out(self, facts: Facts) -> tuple[str, ...]:
        """The commands that remove it properly from where things stand."""
        image = facts[InspectImage(self.image_name)]
        if image is None:
            return ()
        users = facts.containers_of(frozenset({image.id}))
        return (*unblock(users), f"docker rmi {self.short}")


class ImageAbsent(_ImageGone, frozen=True, tag="absent"):
    """The name is not on the engine now. No evidence by itself: pair it with something done."""

    example: ClassVar[str] = "image: hello-world\nis: absent"

    def evidence(self, facts: Facts) -> str | None:
        """That the engine knows no such name."""
        return None if facts[InspectImage(self.image_name)] else f"There is no `{self.short}` here."

    def diagnoses(self, facts: Facts) -> Iterator[Diagnosis]:
        """It is here."""
        message = f"`{self.short}` is on this engine, and it should not be."
        yield Diagnosis("still-here", message, self.way_out(facts))


class ImageUntagged(_ImageGone, frozen=True, tag="untagged"):
    """The name was taken away, and the image that it named is still there."""

    example: ClassVar[str] = "image: toolbox:1.0\nis: untagged"

    def evidence(self, facts: Facts) -> str | None:
        """The image that stayed."""
        if not self.was_here(facts) or facts[InspectImage(self.image_name)] or not self.left(facts):
            return None
        image = self.left(facts)[0]
        return f"The name `{self.short}` is gone; the image {image.short_id} is still here."

    def diagnoses(self, facts: Facts) -> Iterator[Diagnosis]:
        """Another name taken, everything taken, or nothing done."""
        yield from self.never_here(facts)
        here = facts[InspectImage(self.image_name)]
        if here is None:
            message = (
                f"The name `{self.short}` is gone, and the image went with it: it had no other name left."
            )
            yield Diagnosis("removed-entirely", message, ("dockyard reset",))
            return
        lost = sorted(facts.history.names_of(here.id) - set(here.names))
        if lost:
            taken = join_words(map(familiar, lost))
            message = f"You took away {taken}. The name to take away is `{self.short}`."
            back = (f"docker tag {self.short} {familiar(lost[0])}", f"docker rmi {self.short}")
            yield Diagnosis("removed-other-name", message, back)
        yield from self.took_another(facts)
        yield from several_tags(here, self.image_name, (f"docker rmi {self.short}",))
        yield Diagnosis("still-here", f"`{self.short}` is still here.", self.way_out(facts))


class ImageRemoved(_ImageGone, frozen=True, tag="removed"):
    """It was seen since the lesson was started, and now name, image and containers are gone."""

    example: ClassVar[str] = "image: hello-world\nis: removed"

    def evidence(self, facts: Facts) -> str | None:
        """That it was here, and what the engine says now."""
        if facts[InspectImage(self.image_name)] or self.left(facts) or self.users(facts):
            return None
        proven = facts.history.ids_of(self.image_name) or self.deleted_unseen(facts)
        return f"`{self.short}` was here, and it is gone." if proven and self.was_here(facts) else None

    def deleted_unseen(self, facts: Facts) -> bool:
        """It came and went between two looks, its ID unknown: an image was deleted after it came."""
        came = [e.time_nano for e in facts.history.of("image", "pull") if full_name(e.id) == self.image_name]
        return bool(came) and any(e.time_nano > came[0] for e in facts.history.of("image", "delete"))

    def diagnoses(self, facts: Facts) -> Iterator[Diagnosis]:
        """What is in the way, or what was removed instead."""
        yield from self.never_here(facts)
        here, left = facts[InspectImage(self.image_name)], self.left(facts)
        if here:
            yield from self.took_another(facts)
            yield from in_use(self.short, facts.containers_of(frozenset({here.id})), self.way_out(facts))
            yield from several_tags(here, self.image_name, (*map(_rmi, here.names),))
            yield from built_on(here, f"`{self.short}`", facts, (_rmi(self.image_name),))
            message = f"`{self.short}` is still here, and nothing is in the way."
            yield Diagnosis("still-here", message, (f"docker rmi {self.short}",))
        elif left:
            yield from self.only_untagged(left[0], facts)
        elif self.users(facts):
            yield from self.orphans(facts)
        else:
            message = f"The name `{self.short}` is gone, but no image was deleted: it must have another name."
            yield Diagnosis("only-untagged", message, ("docker images --all",))

    def only_untagged(self, image: Image, facts: Facts) -> Iterator[Diagnosis]:
        """The name is gone, the image is not."""
        users = facts.containers_of(frozenset({image.id}))
        if image.names:
            names = [familiar(name) for name in sorted(image.names)]
            message = (
                f"Only the name `{self.short}` went. The same image is still here as {join_words(names)}"
            )
            held = f", and {describe_containers(users)} {was(users)} made from it." if users else "."
            mend = (*unblock(users), *(f"docker rmi {name}" for name in names))
            yield Diagnosis("only-untagged", message + held, mend)
            return
        if not users and image.id not in {each.id for each in facts[DANGLING]}:
            yield from self.still_stood_on(image, facts)
        message = f"The name `{self.short}` is gone, but the image {image.short_id} is still here, nameless"
        cause = f": Docker keeps it for {describe_containers(users)}." if users else "."
        mend = (*unblock(users), f"docker rmi {image.short_id}")
        yield Diagnosis("forced-untag" if users else "dangling-left", message + cause, mend)

    def still_stood_on(self, image: Image, facts: Facts) -> Iterator[Diagnosis]:
        """Nameless, but not dangling: another image needs it, though perhaps not one made just now."""
        short = f"The name `{self.short}` is gone, but the image {image.short_id}"
        yield from built_on(image, short, facts)
        message = f"{short} is still here: another image was built on it, and stands on it."
        yield Diagnosis("child-images", message, ("docker images --all",))

    def orphans(self, facts: Facts) -> Iterator[Diagnosis]:
        """The image was forced out from under its containers."""
        users = self.users(facts)
        message = f"`{self.short}` was forced out, and {describe_containers(users)} made from it {was(users)} left behind."
        yield Diagnosis("forced-left-container", message, unblock(users))


def _rmi(name: str) -> str:
    return f"docker rmi {familiar(name)}"
