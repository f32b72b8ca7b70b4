"""The id of the request or task at work, for audit rows and log lines."""

from contextvars import ContextVar

current: ContextVar[str] = ContextVar("request_id", default="")
