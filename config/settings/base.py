"""Settings that hold wherever the product runs."""

from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF

from config import connections, logs
from config.schedule import SCHEDULE

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = environ.Env()
BUILT = BASE_DIR / "var" / "frontend"  # what Vite made of frontend/
VAR = Path(env("TIDU_VAR", default=str(BASE_DIR / "var")))  # what this installation writes

# Rooms and pages
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "django_fsm",
    "django_filters",
    "django_htmx",
    "django_vite",
    "csp",
    "accounts",
    "enterprises",
    "pipeline",
    "notifications",
    "console",
    "portal",
    "config",
]
MIDDLEWARE = [
    "accounts.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "accounts.middleware.SizeMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.PolicyMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": ["console.templatetags.icons"],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Who comes in
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backend.Backend"]
LOGIN_URL, LOGIN_REDIRECT_URL, LOGOUT_REDIRECT_URL = "/login/", "/", "/login/"
CSRF_FAILURE_VIEW = "console.errors.forbidden"  # a page left open too long, said in Chinese
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "accounts.passwords.LongEnough",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SESSION_ENGINE = "django.contrib.sessions.backends.db"  # a session must outlive Redis
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
PASSWORD_RESET_TIMEOUT = 24 * 3600

# What a page may load: nothing from another host, nothing inline
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
TIDU_LARGEST_REQUEST = 31 * 1024 * 1024  # the largest workbook (enterprises.imports.archive) and 1 MB around it
TIDU_EXPORT_ROWS = env.int(
    "TIDU_EXPORT_ROWS", default=50_000
)  # more in one file is refused, with words on how to narrow

# Words and times
LANGUAGE_CODE, USE_I18N = "zh-hans", True
TIME_ZONE, USE_TZ = "Asia/Shanghai", True
DATE_FORMAT, DATETIME_FORMAT = "Y年n月j日", "Y年n月j日 H:i"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Styles and scripts
STATIC_URL, STATIC_ROOT = "/static/", VAR / "static"
STATICFILES_DIRS = [BUILT] if BUILT.exists() else []
DJANGO_VITE = {"default": {"dev_mode": False, "manifest_path": BUILT / "manifest.json"}}
TIDU_AUDIT_BY_OWN_ROLE = False  # production asks for a database role that cannot alter the audit table

# Mail: the address in letters, and where links in letters lead
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="梯度 <tidu@localhost>")
TIDU_BASE_URL = env("TIDU_BASE_URL", default="http://127.0.0.1:8000").rstrip("/")
TIDU_OUTBOX_LEASE_SECONDS = env.int("TIDU_OUTBOX_LEASE_SECONDS", default=300)  # over twice the SMTP time-outs' sum
TIDU_WEBHOOK_HOSTS: list[str] = env.list("TIDU_WEBHOOK_HOSTS", default=[])  # where webhooks may go; robots: outside.py
TIDU_OUTBOUND_PROXY = env("TIDU_OUTBOUND_PROXY", default="")  # host:port of a proxy that speaks TLS and CONNECT
TIDU_OUTBOX_PATIENCE_SECONDS = 180  # after the first failed try; three times as long after each further one
TIDU_MAIL_PAUSE_SECONDS = 60  # when the mail server is away; twice as long after each further try

# Whose X-Forwarded-For is believed; nobody's unless declared
TIDU_TRUSTED_PROXIES: list[str] = env.list("TIDU_TRUSTED_PROXIES", default=[])

# Tasks: every one is idempotent, so delivering it again is safe
CELERY_TIMEZONE = TIME_ZONE  # deadlines end at midnight in Shanghai, not in UTC
CELERY_BEAT_SCHEDULE = SCHEDULE
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER, CELERY_ACCEPT_CONTENT = "json", ["json"]
CELERY_TASK_ACKS_LATE = CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT, CELERY_TASK_TIME_LIMIT = 1500, 1800
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 20
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_VISIBILITY_TIMEOUT = connections.VISIBILITY_TIMEOUT
CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS = {"visibility_timeout": connections.VISIBILITY_TIMEOUT}

LOGGING = logs.configuration(level=env("LOG_LEVEL", default="INFO"))
