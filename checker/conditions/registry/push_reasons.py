"""The reasons why an image was not pushed as a step asks for it."""

from checker.conditions.reasons import Commands, Private, Reason


class LoginNeeded(Reason, frozen=True, tag="login-needed"):
    """The registry refused the learner, who is not logged in there."""

    registry: str
    image: str
    seen = "The registry `{registry}` refused your request."
    cause = "You are not logged in there."
    next = ("docker login {registry}", "docker push {image}")


class PushedOldBuild(Reason, frozen=True, tag="pushed-old-build"):
    """The registry has an older image than the engine, under the same name."""

    image: str
    local_id: str
    seen = "The registry's `{image}` is an older image than yours, which is {local_id} now."
    cause = "A registry gets a new build only when you push again."
    next = ("docker push {image}",)


class _OtherImage(Reason, frozen=True):
    image: str
    image_id: str
    original: str
    original_id: str
    asked = "This step asks for the image `{original}` under the name `{image}`."
    seen = "`{image}` is the image {image_id}, and `{original}` is {original_id}."
    cause = "They should be the same."
    next = ("docker tag {original} {image}", "docker push {image}")


class PushedOtherImage(_OtherImage, frozen=True, tag="pushed-other-image"):
    """Another image was pushed under the right name."""


class TaggedOtherImage(_OtherImage, frozen=True, tag="tagged-other-image"):
    """Another image has the right name, and is not pushed yet."""


class PushedOtherTag(Reason, frozen=True, tag="pushed-other-tag"):
    """An image was pushed to the right repository, with another tag."""

    tag: str
    pushed: Private
    pushed_tag: Private  # empty if a digest stands there
    next_commands: Commands
    asked = "This step asks for the tag `{tag}`."
    seen = (
        "You pushed `{pushed}`: the right repository, with the tag `{pushed_tag}`.",
        "You pushed `{pushed}`: the right repository, without a tag.",
    )
    next = ("{next_commands}",)


class PushedElsewhere(Reason, frozen=True, tag="pushed-elsewhere"):
    """An image was pushed to another repository or another registry."""

    image: str
    pushed: Private
    place: str  # `repository` or `registry`
    next_commands: Commands
    asked = "This step asks you to push `{image}`."
    seen = "You pushed to another {place}: `{pushed}`."
    cause = "The name of an image says where a push takes it."
    next = ("{next_commands}",)


class NotPushed(Reason, frozen=True, tag="not-pushed"):
    """The image has the right name, and was not pushed since the lesson was started."""

    image: str
    found: str = ""  # the digest, if the registry has something of this name
    seen = (
        "The registry has a `{image}` ({found}), but nothing was pushed since the lesson was started.",
        "`{image}` is on this engine, but not in the registry. The name alone does not send it there.",
    )
    next = ("docker push {image}",)


class TaggedWithoutRegistry(Reason, frozen=True, tag="tagged-without-registry"):
    """An image has nearly the right name: the registry's host is missing."""

    image: str
    registry: str
    given: Private
    seen = "`{given}` names no registry, so a push would take it to Docker Hub."
    cause = "For the registry `{registry}`, the name must begin with `{registry}/`."
    next = ("docker tag {given} {image}", "docker push {image}")


class TaggedOtherwise(Reason, frozen=True, tag="tagged-otherwise"):
    """An image has nearly the right name, or is the right image under another name."""

    image: str
    given: Private
    asked = "This step asks for the name `{image}`."
    seen = "You named an image `{given}`."
    next = ("docker tag {given} {image}", "docker push {image}")
