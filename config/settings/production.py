"""Production: everything from environment variables, no default for a secret or a host, refusals at the end.

README.md holds the table of the variables; `config/refusals.py` says what is refused.
"""

from config import connections, refusals
from config.settings.base import *
from config.settings.base import VAR, env

DEBUG = env.bool("DJANGO_DEBUG", default=False)
SECRET_KEY = env("DJANGO_SECRET_KEY", default="")
ALLOWED_HOSTS = env.list("DJANGO_ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS = env.list("DJANGO_CSRF_TRUSTED_ORIGINS", default=[])

redis_url = env("REDIS_URL", default="")
DATABASES = {"default": connections.database(env("DATABASE_URL", default=""))}
CACHES = {"default": connections.cache(redis_url)}
(
    CELERY_BROKER_URL,
    CELERY_BROKER_TRANSPORT_OPTIONS,
    CELERY_WORKER_ENABLE_REMOTE_CONTROL,
) = connections.broker(redis_url, VAR / "queue")

EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"  # refused: EMAIL_URL must name a mail server
if env("EMAIL_URL", default=""):
    vars().update(env.email("EMAIL_URL"))

# HTTPS, ended here or at a declared proxy that sets X-Forwarded-Proto itself
TIDU_BEHIND_PROXY = env.bool("TIDU_BEHIND_PROXY", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TIDU_BEHIND_PROXY else None
SECURE_SSL_REDIRECT = env.bool("DJANGO_SECURE_SSL_REDIRECT", default=True)
SECURE_HSTS_SECONDS = env.int("DJANGO_SECURE_HSTS_SECONDS", default=31536000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = env.bool("DJANGO_SESSION_COOKIE_SECURE", default=True)
CSRF_COOKIE_SECURE = env.bool("DJANGO_CSRF_COOKIE_SECURE", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # a probe inside the machine speaks plain HTTP

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
TIDU_AUDIT_BY_OWN_ROLE = True  # the database role of web and worker must not be able to alter the audit table

TIDU_REFUSED = refusals.stop_unless_safe(vars())  # read by `check --deploy`
