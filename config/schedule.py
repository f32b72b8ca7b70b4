"""What runs when: the beat table, in Shanghai time."""

from typing import Any

SCHEDULE: dict[str, dict[str, Any]] = {}
