"""The demo and commands beside it: the addresses in the environment, else those of the running `make demo`."""

from config import connections
from config.settings.base import *
from config.settings.base import VAR, env

SECRET_KEY = env("DJANGO_SECRET_KEY", default="demo-only-this-key-is-public-and-production-refuses-it")
ALLOWED_HOSTS = env.list("DJANGO_ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "testserver"])

running = connections.running_demo(VAR / "demo.json")
redis_url = env("REDIS_URL", default=running.get("REDIS_URL", ""))
DATABASES = {"default": connections.database(env("DATABASE_URL", default=running.get("DATABASE_URL", "")))}
CACHES = {"default": connections.cache(redis_url)}
(
    CELERY_BROKER_URL,
    CELERY_BROKER_TRANSPORT_OPTIONS,
    CELERY_WORKER_ENABLE_REMOTE_CONTROL,
) = connections.broker(redis_url, VAR / "queue")

WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # whitenoise warns of an absent folder

# The demo's letters stay on this machine: the outbox page shows them, var/mails holds what was "sent"
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR / "mails"
if env("EMAIL_URL", default=""):
    vars().update(env.email("EMAIL_URL"))
