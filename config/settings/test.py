"""The suite: its own PostgreSQL and Redis (tests/services.py), cheap passwords, tasks at once."""

from config import connections
from config.settings.base import *
from config.settings.base import VAR, env

SECRET_KEY = "for-the-test-suite-only"
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]

redis_url = env("REDIS_URL", default="")
# Keys carry a prefix of this run: a Redis that the suite did not start is never flushed
redis_prefix = env("TIDU_REDIS_PREFIX", default="")
DATABASES = {"default": connections.database(env("DATABASE_URL", default="")) | {"CONN_MAX_AGE": 0}}
CACHES = {"default": connections.cache("")}
(
    CELERY_BROKER_URL,
    CELERY_BROKER_TRANSPORT_OPTIONS,
    CELERY_WORKER_ENABLE_REMOTE_CONTROL,
) = connections.broker(redis_url, VAR / "test-queue", redis_prefix)
CELERY_TASK_ALWAYS_EAGER = CELERY_TASK_EAGER_PROPAGATES = env.bool("TIDU_TASKS_AT_ONCE", default=True)

TIDU_STRICT_POLICY = True  # a view that accounts/policy.py does not name is an error, not a 404
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
if env("EMAIL_URL", default=""):
    vars().update(env.email("EMAIL_URL"))
WHITENOISE_AUTOREFRESH = True
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # whitenoise warns of an absent folder
