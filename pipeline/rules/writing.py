"""An edition as canonical YAML: what `edition.load` reads back to the same edition; thresholds stay exact."""

import io
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from ruamel.yaml import YAML

from pipeline.rules.edition import Edition
from pipeline.rules.schema import Strict


def write(edition: Edition) -> str:
    """The canonical text of an edition: every part in the order of the schema, nothing that merely is the default."""
    return dumps(plain(edition))


def plain(edition: Edition) -> dict[str, Any]:
    """An edition as the plain mapping its YAML says, to be changed and written again."""
    return {name: value for name, value in as_written(edition).items() if name != "sha256"}


def dumps(content: Mapping[str, Any]) -> str:
    """A plain mapping as YAML."""
    yaml = YAML()
    yaml.width, yaml.allow_unicode = 4096, True
    out = io.StringIO()
    yaml.dump(as_written(content), out)
    return out.getvalue()


def as_written(value: Any) -> Any:
    """Parts as mappings without what merely is the default, fractions as text that reads back exactly."""
    if isinstance(value, Strict):
        fields = type(value).model_fields.items()
        said = {field.alias or name: (getattr(value, name), field.default) for name, field in fields}
        return {name: as_written(given) for name, (given, usual) in said.items() if given != usual}
    if isinstance(value, Fraction):
        return threshold(value)
    if isinstance(value, Mapping):
        return {name: as_written(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [as_written(each) for each in value]
    return value


def threshold(value: Fraction) -> int | str:
    """A whole number as such, a share below one in percent, any other as a decimal."""
    if value.denominator == 1:
        return value.numerator
    return f"{decimal(value * 100)}%" if abs(value) < 1 else decimal(value)


def decimal(value: Fraction) -> str:
    """A fraction as the decimal that says exactly it; one that does not end was never read from a text."""
    denominator, places = value.denominator, 0
    while denominator > 1:
        factor = next((prime for prime in (10, 5, 2) if denominator % prime == 0), None)
        if factor is None:
            raise ValueError(f"{value} has no exact decimal")
        denominator, places = denominator // factor, places + 1
    scaled = value * 10**places
    text = f"{Decimal(scaled.numerator).scaleb(-places):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
