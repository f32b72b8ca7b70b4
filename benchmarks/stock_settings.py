"""The product's settings with the stock admin beside it: the peer that each list is measured against, nowhere else."""

from config.settings.test import *  # noqa: F403 -- settings build upon one another
from config.settings.test import INSTALLED_APPS, MIDDLEWARE

INSTALLED_APPS = [*INSTALLED_APPS, "django.contrib.admin"]
MIDDLEWARE = [
    "benchmarks.stock.PolicyBesideAdmin" if each == "accounts.middleware.PolicyMiddleware" else each
    for each in MIDDLEWARE
]
ROOT_URLCONF = "benchmarks.stock"
DEBUG = False
