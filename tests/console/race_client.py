"""One of the racing processes: so many identical POSTs over HTTP, all let go at the same moment; a program."""

import http.client
import json
import sys
import threading
import time
from typing import Any


def main() -> None:
    """Read the orders from standard input, run, write what came back to standard output."""
    orders = json.load(sys.stdin)
    answers: list[tuple[int, str]] = []
    gate = threading.Barrier(orders["count"] + 1)
    runners = [threading.Thread(target=run, args=(orders, gate, answers)) for _ in range(orders["count"])]
    for runner in runners:
        runner.start()
    gate.wait()
    for runner in runners:
        runner.join()
    json.dump(answers, sys.stdout, ensure_ascii=False)


def run(orders: dict[str, Any], gate: threading.Barrier, answers: list[tuple[int, str]]) -> None:
    """Connect, wait for all others and for the agreed moment, send, keep the answer."""
    connection = http.client.HTTPConnection("127.0.0.1", orders["port"], timeout=60)
    connection.connect()
    gate.wait()
    time.sleep(max(0.0, orders["start_at"] - time.time()))
    connection.request("POST", orders["path"], body=orders["body"], headers=orders["headers"])
    response = connection.getresponse()
    answers.append((response.status, response.read().decode()))


if __name__ == "__main__":
    main()
