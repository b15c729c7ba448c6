"""Chance by seed: the same key gives the same draws."""

import random
import uuid


def seeded(key: str) -> random.Random:
    """A generator for sample data; nothing here has to be hard to guess."""
    return random.Random(key)  # noqa: S311 - samples, the same each time  # nosec B311


def happens(rng: random.Random, share: float) -> bool:
    """Whether something that happens in this share of all cases happens now."""
    return rng.random() < share


def made_uuid(rng: random.Random) -> str:
    """A UUID of version 4."""
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))
