"""Every static check, two at a time: `make check`."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from scripts.services import ROOT

BIN = Path(sys.executable).parent
PYTHON = [sys.executable]
RULE_FILES = [folder for folder in ("pipeline", "accounts", "enterprises", "tests") if (ROOT / folder).exists()]
CHECKS = {
    "mypy --strict": [str(BIN / "mypy")],
    "ruff format": [str(BIN / "ruff"), "format", "--check", "."],
    "ruff check": [str(BIN / "ruff"), "check", "."],
    "djlint format": [str(BIN / "djlint"), "templates", "--check"],
    "djlint lint": [str(BIN / "djlint"), "templates", "--lint"],
    "yamllint": [str(BIN / "yamllint"), "--strict", *RULE_FILES],
    "layers": [str(BIN / "lint-imports")],
    "manage.py check": [*PYTHON, "manage.py", "check", "--fail-level", "WARNING"],
    "migrations": [*PYTHON, "-W", "ignore::RuntimeWarning", "manage.py", "makemigrations", "--check", "--dry-run"],
}


@dataclass(frozen=True)
class Result:
    """How one check ended."""

    name: str
    ok: bool
    seconds: float
    output: str


def run(name: str) -> Result:
    """Run one check; none of them needs a database."""
    environment = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "REDIS_URL"}}
    environment |= {"DJANGO_SETTINGS_MODULE": "config.settings.test", "PYTHONPATH": str(ROOT)}
    began = time.monotonic()
    done = subprocess.run(CHECKS[name], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    return Result(name, done.returncode == 0, time.monotonic() - began, done.stdout + done.stderr)


def main(names: list[str]) -> int:
    """Run the named checks, or all; print every complaint."""
    failed = 0
    with ThreadPoolExecutor(max_workers=2) as pool:
        for result in pool.map(run, names or CHECKS):
            print(f"{'ok    ' if result.ok else 'FAILED'} {result.name} ({result.seconds:.1f} s)", flush=True)
            if not result.ok:
                failed += 1
                print(result.output, flush=True)
    print(f"{failed} of {len(names or CHECKS)} checks failed" if failed else "every check passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
