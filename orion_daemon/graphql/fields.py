"""Strawberry's decorators with types that a checker can follow."""

from collections.abc import Callable
from typing import Any

import strawberry

Resolver = Callable[..., Any]


def resolved(*, name: str | None = None, description: str | None = None) -> Callable[[Resolver], Any]:
    """A field of a type, or of the root, that a function answers."""

    def make(resolver: Resolver) -> Any:
        return strawberry.field(resolver, name=name, description=description)

    return make


def watched(*, name: str | None = None, description: str | None = None) -> Callable[[Resolver], Any]:
    """A field of Subscription that an asynchronous generator answers."""

    def make(resolver: Resolver) -> Any:
        return strawberry.subscription(resolver, name=name, description=description)

    return make
