"""Thresholds: read exactly from their text, never through a float; one not known yet is 待定, never invented."""

import re
from fractions import Fraction
from typing import Annotated, Final, Literal

from pydantic import BeforeValidator

NUMBER: Final = re.compile(r"-?\d+(\.\d+)?(?P<percent>%)?")


def exactly(value: object) -> Fraction:
    """`5%`, `0.6`, `70` or a whole number as a fraction; a float is refused, since it is not what was written."""
    if isinstance(value, Fraction):
        return value
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError(f"a threshold is a whole number or text like '5%', not {value!r}")
    text = str(value).replace("_", "").strip()
    if not (found := NUMBER.fullmatch(text)):
        raise ValueError(f"cannot read the threshold {value!r}; write a whole number, '0.6' or '5%'")
    return Fraction(text.rstrip("%")) / (100 if found["percent"] else 1)


Threshold = Annotated[Fraction, BeforeValidator(exactly)]
# A threshold nobody knows yet: the criterion is answered by hand until an officer enters the number.
Pending = Literal["待定"]
PENDING: Final[Pending] = "待定"
