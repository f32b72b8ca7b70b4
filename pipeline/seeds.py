"""Reference data that comes with the product, read from the YAML files beside this module."""

from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML

HERE: Final = Path(__file__).parent


def read(path: Path) -> Any:
    """The content of one YAML file."""
    return YAML(typ="safe", pure=True).load(path.read_text("utf-8"))


def ladders() -> list[dict[str, Any]]:
    """All ladders, in the order of their file names."""
    return [read(path) for path in sorted((HERE / "ladders").glob("*.yaml"))]


def rounds() -> list[dict[str, Any]]:
    """Filing rounds."""
    return list(read(HERE / "rounds.yaml"))


def materials() -> dict[str, list[dict[str, str]]]:
    """Papers a filing needs, by track."""
    return dict(read(HERE / "materials.yaml"))


def pools() -> list[dict[str, str]]:
    """Live pools a bureau begins with."""
    return list(read(HERE / "pools.yaml"))


def documents() -> list[dict[str, Any]]:
    """Documents that rules rest on."""
    return list(read(HERE / "documents.yaml"))
