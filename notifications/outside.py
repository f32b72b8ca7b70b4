"""The one way out to other hosts: HTTPS to hosts that are named beforehand, no redirects, nothing else."""

import http.client
import ssl
from collections.abc import Mapping
from typing import Final
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from notifications.models import Channel

ROBOTS: Final = {
    Channel.Kind.WECOM: ("qyapi.weixin.qq.com", "/cgi-bin/webhook/send", "key="),
    Channel.Kind.DINGTALK: ("oapi.dingtalk.com", "/robot/send", "access_token="),
}
TIMEOUT: Final = 10  # seconds, for each step
MOST_READ: Final = 64 * 1024


class AnswerLost(ConnectionError):
    """The connection broke after all was handed over and before an answer came."""


def reason_against(kind: str, address: str) -> str:
    """Why nothing is sent to this address; empty where it may be."""
    try:
        parts = urlsplit(address)
        port = parts.port or 443
    except ValueError:
        return "地址不是网址"
    if parts.scheme != "https" or parts.username is not None or parts.password is not None or parts.fragment:
        return "地址须以 https:// 开头，不含用户名和 #"
    if any(sign.isspace() or not sign.isprintable() or not sign.isascii() for sign in address):
        return "地址含有空格或其他不能用的字符"
    if kind in ROBOTS:
        return of_robot(Channel.Kind(kind), parts, port)
    if f"{parts.hostname}:{port}" not in allowed():
        return "主机不在本局准许的清单中（TIDU_WEBHOOK_HOSTS）"
    return ""


def of_robot(kind: Channel.Kind, parts: SplitResult, port: int) -> str:
    """A robot has one host, one path and a key."""
    host, path, key = ROBOTS[kind]
    right = (parts.hostname, port, parts.path) == (host, 443, path) and parts.query.startswith(key)
    return "" if right and len(parts.query) > len(key) else f"应形如 https://{host}{path}?{key}…"


def allowed() -> set[str]:
    """The hosts the bureau allows for webhooks, each with its port."""
    return {host if ":" in host else f"{host}:443" for host in settings.TIDU_WEBHOOK_HOSTS}


def post(address: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
    """Hand ``body`` over and return code and answer. OSError where it cannot be, AnswerLost where nobody knows."""
    parts = urlsplit(address)
    host, port = parts.hostname or "", parts.port or 443
    context = ssl.create_default_context()
    if settings.TIDU_OUTBOUND_PROXY:
        proxy, _, proxy_port = settings.TIDU_OUTBOUND_PROXY.rpartition(":")
        wire = http.client.HTTPSConnection(proxy, int(proxy_port), timeout=TIMEOUT, context=context)
        wire.set_tunnel(host, port)
    else:
        wire = http.client.HTTPSConnection(host, port, timeout=TIMEOUT, context=context)
    try:
        wire.connect()
        wire.request("POST", f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}", body, dict(headers))
        return answer(wire)
    except http.client.HTTPException as broken:
        raise ConnectionError(type(broken).__name__) from broken
    finally:
        wire.close()


def answer(wire: http.client.HTTPSConnection) -> tuple[int, bytes]:
    """What came back; from here on nobody knows whether a break came before or after it was taken."""
    try:
        found = wire.getresponse()
        return found.status, found.read(MOST_READ)
    except (OSError, http.client.HTTPException) as broken:
        raise AnswerLost(type(broken).__name__) from broken
