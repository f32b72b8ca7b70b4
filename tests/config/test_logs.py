"""Log lines are JSON and carry no personal data."""

import json
import logging
import sys

import pytest

from accounts import request_id
from config.logs import JsonFormatter, masked


def line(message: str, *values: object, error: bool = False) -> dict[str, object]:
    """What the formatter writes for one record."""
    record = logging.LogRecord(
        "tidu.test", logging.WARNING, __file__, 1, message, values, sys.exc_info() if error else None
    )
    written: dict[str, object] = json.loads(JsonFormatter().format(record))
    return written


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("sent to wang.min@example.cn today", "sent to [邮箱] today"),
        ("call 13907141234", "call [手机号]"),
        ("call +86 139-0714-1234 now", "call [手机号] now"),
        ("id 42028119900101123X refused", "id [证件号] refused"),
        ("GET /enterprises/?q=yunze&page=2 200", "GET /enterprises/ 200"),
        ("enterprise 139071 moved to step 3", "enterprise 139071 moved to step 3"),
        ("batch 2026-11-22 of 50000 rows", "batch 2026-11-22 of 50000 rows"),
    ],
)
def test_the_last_net_masks_mail_mobile_identity_and_query(written: str, kept: str):
    assert masked(written) == kept


def test_a_line_carries_time_in_utc_level_logger_and_request():
    token = request_id.current.set("r-17")
    try:
        written = line("case %s moved", 5)
    finally:
        request_id.current.reset(token)

    assert str(written.pop("time")).endswith("+00:00")
    assert written == {"level": "WARNING", "logger": "tidu.test", "request": "r-17", "message": "case 5 moved"}


def test_an_error_is_written_by_kind_and_place_without_its_message():
    try:
        raise ValueError("云泽精密装备有限公司 sales 12345678")
    except ValueError:
        written = line("import failed", error=True)

    assert written["error"] == "ValueError"
    assert "test_an_error_is_written" in str(written["where"])
    assert "云泽" not in json.dumps(written, ensure_ascii=False)
