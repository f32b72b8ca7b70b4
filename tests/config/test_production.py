"""Production starts with safe settings only, and says which one is not."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config import refusals
from tests.conftest import database_url

ROOT = Path(__file__).resolve().parents[2]
SAFE = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "DJANGO_SECRET_KEY": "k7Qz-93nVx_41LmWc-8sPdRt_56yHbGf-20jUaEi_XoTqNwZ-79vC",
    "DJANGO_ALLOWED_HOSTS": "tidu.example.cn",
    "DATABASE_URL": "postgres://tidu:Xu4-wen-Zhang@db.example.cn:5432/tidu",
    "REDIS_URL": "redis://cache.example.cn:6379/0",
    "EMAIL_URL": "smtp+tls://tidu:letter@mail.example.cn:587",
    "DEFAULT_FROM_EMAIL": "梯度 <tidu@example.cn>",
    "TIDU_BASE_URL": "https://tidu.example.cn",
    "TIDU_TRUSTED_PROXIES": "127.0.0.1",
}


def start(*command: str, without: str = "", **changed: str) -> subprocess.CompletedProcess[str]:
    """Run Python under production's settings in a process of its own, with one variable changed or missing."""
    environment = {"PATH": os.environ["PATH"]} | SAFE | changed
    environment.pop(without, None)
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False
    )


def test_safe_settings_start():
    started = start("-W", "ignore", "-c", "import config.wsgi")

    assert (started.returncode, started.stderr) == (0, "")


@pytest.mark.parametrize(
    ("insecure", "named"),
    [
        ({"DJANGO_DEBUG": "1"}, "DJANGO_DEBUG"),
        ({"without": "DJANGO_SECRET_KEY"}, "DJANGO_SECRET_KEY"),
        ({"DJANGO_SECRET_KEY": "short"}, "DJANGO_SECRET_KEY"),
        ({"DJANGO_SECRET_KEY": "demo-only-this-key-is-public-and-production-refuses-it"}, "DJANGO_SECRET_KEY"),
        ({"without": "DJANGO_ALLOWED_HOSTS"}, "DJANGO_ALLOWED_HOSTS"),
        ({"DJANGO_ALLOWED_HOSTS": "*"}, "DJANGO_ALLOWED_HOSTS"),
        ({"DJANGO_SESSION_COOKIE_SECURE": "0"}, "DJANGO_SESSION_COOKIE_SECURE"),
        ({"DJANGO_CSRF_COOKIE_SECURE": "0"}, "DJANGO_CSRF_COOKIE_SECURE"),
        ({"DJANGO_SECURE_SSL_REDIRECT": "0"}, "DJANGO_SECURE_SSL_REDIRECT"),
        ({"TIDU_BEHIND_PROXY": "1", "without": "TIDU_TRUSTED_PROXIES"}, "TIDU_TRUSTED_PROXIES"),
        ({"TIDU_TRUSTED_PROXIES": "proxy.example.cn"}, "TIDU_TRUSTED_PROXIES"),
        ({"DJANGO_SECURE_HSTS_SECONDS": "0"}, "DJANGO_SECURE_HSTS_SECONDS"),
        ({"without": "EMAIL_URL"}, "EMAIL_URL"),
        ({"EMAIL_URL": "consolemail://"}, "EMAIL_URL"),
        ({"EMAIL_URL": "memorymail://"}, "EMAIL_URL"),
        ({"without": "REDIS_URL"}, "REDIS_URL"),
        ({"without": "DATABASE_URL"}, "DATABASE_URL"),
        ({"DATABASE_URL": "sqlite:////tmp/tidu.sqlite3"}, "DATABASE_URL"),
        ({"DATABASE_URL": "postgres://postgres:postgres@db.example.cn/tidu"}, "DATABASE_URL"),
        ({"without": "TIDU_BASE_URL"}, "TIDU_BASE_URL"),
        ({"without": "DEFAULT_FROM_EMAIL"}, "DEFAULT_FROM_EMAIL"),
    ],
)
def test_one_insecure_variable_is_refused_by_name(insecure: dict[str, str], named: str):
    started = start("-c", "import config.settings.production", **insecure)

    refusal = started.stderr[started.stderr.index("ImproperlyConfigured") :]
    assert started.returncode == 1
    assert named in refusal
    assert refusal.count("\n- ") == 1


SAFE_SETTINGS = {
    "PASSWORD_HASHERS": ["django.contrib.auth.hashers.Argon2PasswordHasher"],
    "CELERY_TASK_ALWAYS_EAGER": False,
    "CORS_ALLOW_ALL_ORIGINS": False,
    "CORS_ALLOWED_ORIGINS": ["https://portal.example.cn"],
    "CONTENT_SECURITY_POLICY": {"DIRECTIVES": {"default-src": ["'none'"], "script-src": ["'self'"]}},
}


@pytest.mark.parametrize(
    ("rule", "insecure"),
    [
        (refusals.passwords_are_hashed_well, {"PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"]}),
        (refusals.passwords_are_hashed_well, {"PASSWORD_HASHERS": []}),
        (refusals.tasks_are_queued, {"CELERY_TASK_ALWAYS_EAGER": True}),
        (refusals.other_origins_stay_out, {"CORS_ALLOW_ALL_ORIGINS": True}),
        (refusals.other_origins_stay_out, {"CORS_ALLOWED_ORIGINS": ["*"]}),
        (
            refusals.pages_run_only_own_scripts,
            {"CONTENT_SECURITY_POLICY": {"DIRECTIVES": {"script-src": ["'self'", "'unsafe-inline'"]}}},
        ),
    ],
)
def test_a_setting_weakened_in_code_is_refused(rule: refusals.Rule, insecure: refusals.Settings):
    assert rule(SAFE_SETTINGS) == ""
    assert rule({**SAFE_SETTINGS, **insecure}) != ""


def test_a_declared_proxy_may_do_the_redirect():
    behind = {"TIDU_BEHIND_PROXY": "1", "DJANGO_SECURE_SSL_REDIRECT": "0", "DJANGO_SECURE_HSTS_SECONDS": "0"}

    assert start("-c", "import config.settings.production", **behind).returncode == 0


def test_check_runs_on_a_machine_not_yet_in_order_and_lists_what_the_web_would_refuse():
    plain = start("manage.py", "check", without="EMAIL_URL")
    deploy = start("manage.py", "check", "--deploy", without="EMAIL_URL")

    assert plain.returncode == 0
    assert deploy.returncode == 1
    assert "(tidu.E001) EMAIL_URL" in deploy.stderr


@pytest.mark.parametrize("proxy", ["0", "1"])
def test_check_deploy_has_nothing_to_say_about_safe_settings(proxy: str):
    checked = start("manage.py", "check", "--deploy", TIDU_BEHIND_PROXY=proxy)

    assert (checked.returncode, checked.stderr) == (0, "")
    assert "no issues" in checked.stdout


def test_migrate_and_createsuperuser_run_with_settings_the_web_refuses(transactional_db: None):
    unfinished = {"DATABASE_URL": database_url(), "DJANGO_ALLOWED_HOSTS": "", "DJANGO_SESSION_COOKIE_SECURE": "0"}
    migrated = start("manage.py", "migrate", "--verbosity", "0", without="EMAIL_URL", **unfinished)
    created = start(
        *("manage.py", "createsuperuser", "--noinput", "--username", "first", "--name", "管理员", "--email", "a@b.cn"),
        without="EMAIL_URL",
        DJANGO_SUPERUSER_PASSWORD="not-yet-in-order-9",
        **unfinished,
    )

    assert (migrated.returncode, migrated.stderr) == (0, "")
    assert (created.returncode, created.stderr) == (0, "")
