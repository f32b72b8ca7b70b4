"""The editions that come with the product: YAML under `pipeline/policies/`, worked cases beside it."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

from pipeline.rules.edition import Edition, load

POLICIES: Final = Path(__file__).parent.parent / "policies"


def paths() -> tuple[Path, ...]:
    """All policy files, in the order of their names."""
    return tuple(path for path in sorted(POLICIES.glob("*/*.yaml")) if not path.name.endswith(".cases.yaml"))


@cache
def seeds() -> tuple[Edition, ...]:
    """All editions in the repository."""
    return tuple(load(path.read_text("utf-8"), name=f"{path.parent.name}/{path.name}") for path in paths())


def text_of(sha256: str) -> str | None:
    """The policy file of that hash, where it is one of the repository's."""
    texts = (path.read_text("utf-8") for path in paths())
    return next((text for text in texts if hashlib.sha256(text.encode()).hexdigest() == sha256), None)
