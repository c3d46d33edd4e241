"""Whether a container is healthy, and why not."""

from collections.abc import Iterator

from checker.conditions.reasons import Commands, Private, Reason
from checker.facts.facts import Facts
from checker.facts.objects import Container

INSPECT_HEALTH = "docker inspect --format '{{{{json .State.Health}}}}' {name}"


class HealthStarting(Reason, frozen=True, tag="health-starting"):
    """The health check of the container has not succeeded yet."""

    name: Private
    next_commands: Commands
    seen = "`{name}` is running, but its health check has not succeeded yet."
    cause = "It may need a moment."
    next = (INSPECT_HEALTH, "{next_commands}")


class Unhealthy(Reason, frozen=True, tag="unhealthy"):
    """The health check of the container fails again and again."""

    name: Private
    seen = "`{name}` is running, but it is unhealthy: its health check fails again and again."
    next = (INSPECT_HEALTH, "docker logs {name}")


class NoHealthCheck(Reason, frozen=True, tag="no-health-check"):
    """The container has no health check."""

    name: Private
    seen = "`{name}` has no health check, so Docker cannot tell whether it is healthy."
    next = ("docker inspect --format '{{{{json .Config.Healthcheck}}}}' {name}",)


NOT_HEALTHY = (HealthStarting, Unhealthy, NoHealthCheck)


def not_healthy(found: Container, facts: Facts) -> Iterator[Reason]:
    """It has no health check, or the check has not succeeded yet, or it fails."""
    match found.health:
        case "healthy":
            return
        case "starting":
            yield HealthStarting(name=found.name, next_commands=facts.commands.fill("check"))
        case "unhealthy":
            yield Unhealthy(name=found.name)
        case _:
            yield NoHealthCheck(name=found.name)
