"""Log lines: one JSON object each, UTC, with the request id and without personal data."""

import json
import logging
import re
import traceback
from datetime import UTC, datetime
from typing import Any

from accounts import request_id

# The last net. Nothing personal should be handed to a logger in the first place.
PERSONAL = [
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "[邮箱]"),
    (re.compile(r"(?<![0-9A-Za-z])\d{17}[\dXx](?![0-9A-Za-z])"), "[证件号]"),
    (re.compile(r"(?<![0-9A-Za-z])(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?![0-9A-Za-z])"), "[手机号]"),
]
QUERY = re.compile(r"(/[^\s?\"']*)\?[^\s\"']*")


def masked(text: str) -> str:
    """``text`` without mail addresses, identity numbers, mobile numbers and query strings."""
    for pattern, mask in PERSONAL:
        text = pattern.sub(mask, text)
    return QUERY.sub(r"\1", text)


def where(error: BaseException) -> list[str]:
    """The frames of an error, innermost last: places in the code, never values."""
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{frame.filename.rsplit('site-packages/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in frames]


class JsonFormatter(logging.Formatter):
    """One line of JSON per record. Of an error it writes kind and place: its message may quote a row."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "request": request_id.current.get(),
            "message": masked(record.getMessage()),
        }
        if record.exc_info and record.exc_info[1]:
            error = record.exc_info[1]
            line |= {"error": type(error).__qualname__, "where": where(error)}
        return json.dumps(line, ensure_ascii=False)


def configuration(level: str) -> dict[str, Any]:
    """What `logging.config.dictConfig` is given: everything to standard error, in one form."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "config.logs.JsonFormatter"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"level": level, "propagate": True, "handlers": []},
            "django.server": {"level": level, "propagate": True, "handlers": []},
            "celery.app.trace": {"level": "WARNING"},  # its INFO lines quote arguments and results
        },
    }
