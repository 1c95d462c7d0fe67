"""Django's settings. What differs between installations comes from the environment:

=========================  =========================================================================================
MAZDOOR_HOME               folder of the embedded database, keys and files (default ``.mazdoor`` in the project)
MAZDOOR_DATABASE_URL       an external PostgreSQL instead of the embedded one
MAZDOOR_SECRET_KEY         Django's secret; made and kept in MAZDOOR_HOME where not given
MAZDOOR_ALLOWED_HOSTS      comma-separated names the site answers to (default: loopback only)
MAZDOOR_BANKS              where banks answer: CODE=address, separated by commas (``mazdoor payroll``)
MAZDOOR_IDENTITY           address of the identity authority the worker asks; not set: it asks nobody
MAZDOOR_TAX                address of the tax register, in the same way
MAZDOOR_PHONES             address of the telephone companies' register of SIM cards, in the same way
MAZDOOR_SMS                address of an SMS gateway; not set: no codes and no messages are sent, and pages say so
MAZDOOR_SMS_SECRET         what the gateway shows when it hands us a message that came in; not set: none is taken
MAZDOOR_PROXIES            how many proxies of our own stand before the site (default 0): whose address to count
MAZDOOR_ANTIVIRUS          host:port of a clamd that scans attachments; not set: nothing is scanned, and pages say so
MAZDOOR_POLICY             a folder of policies instead of the package's own
MAZDOOR_SITE               the address people reach the site at, printed on cards and signed into them
MAZDOOR_FONTS              folders with Noto Nastaliq Urdu and Noto Naskh Arabic, where the system has none
MAZDOOR_DCI_SENDER         what we are called by other systems, as sender_id (default ``mazdoor``)
MAZDOOR_TLS                ``1`` where the site stands behind TLS: secure cookies, HSTS
MAZDOOR_DEBUG              ``1`` shows errors in the browser; never where personal data is
=========================  =========================================================================================
"""

from __future__ import annotations

import os
from pathlib import Path

from mazdoor.database.home import home_folder, secret
from mazdoor.database.settings import django_databases

BASE_DIR = Path(__file__).resolve().parent.parent
DEBUG = os.environ.get("MAZDOOR_DEBUG") == "1"
SECRET_KEY = os.environ.get("MAZDOOR_SECRET_KEY") or secret("django")
ALLOWED_HOSTS = os.environ.get("MAZDOOR_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]").split(",")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "procrastinate.contrib.django",
    "mazdoor.database",
    "mazdoor.journal",
    "mazdoor.access",
    "mazdoor.reference",
    "mazdoor.ledger",
    "mazdoor.notices",
    "mazdoor.delivery.registration",
    "mazdoor.delivery.verification",
    "mazdoor.delivery.deduplication",
    "mazdoor.delivery.accounts",
    "mazdoor.delivery.wages",
    "mazdoor.delivery.contributions",
    "mazdoor.delivery.assessment",
    "mazdoor.delivery.enrolment",
    "mazdoor.delivery.payments",
    "mazdoor.delivery.reconciliation",
    "mazdoor.delivery.reporting",
    "mazdoor.casework",
    "mazdoor.deliberation",
    "mazdoor.interfaces.credentials",
    "mazdoor.interfaces.clients",
    "mazdoor.interfaces.dci",
    "mazdoor.interfaces.rest",
    "mazdoor.interfaces.openrosa",
    "mazdoor.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "mazdoor.web.middleware.BrowserPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",  # a page is closed unless it says it is open
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "mazdoor.web.middleware.OfficerMiddleware",
]

ROOT_URLCONF = "mazdoor.config.urls"
WSGI_APPLICATION = "mazdoor.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "mazdoor.web.context.shell",
            ],
        },
    },
]

DATABASES = django_databases()
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "access.Officer"
AUTHENTICATION_BACKENDS = ["mazdoor.access.reading.OfficerBackend"]
SESSION_ENGINE = "mazdoor.access.reading"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "web:sign-in"
LOGIN_REDIRECT_URL = "web:home"
LOGOUT_REDIRECT_URL = "web:sign-in"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ur", "اردو")]
LOCALE_PATHS = [BASE_DIR / "web" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Karachi"

STATIC_URL = "static/"
STATIC_ROOT = home_folder() / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
# Behind TLS cookies travel over TLS only, and browsers are told to come back that way.
_TLS = os.environ.get("MAZDOOR_TLS") == "1"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _TLS
SECURE_HSTS_SECONDS = 31_536_000 if _TLS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

MAZDOOR_HOME = home_folder()
# An address that cannot exist stands in for one that was not given, so that no card points at somebody else.
MAZDOOR_SITE = os.environ.get("MAZDOOR_SITE", "https://registry.invalid")
# Who answers the ports of the rooms; background jobs ask here.
MAZDOOR_WIRES = "mazdoor.config.wiring"

# What other systems call us.
MAZDOOR_DCI_SENDER = os.environ.get("MAZDOOR_DCI_SENDER", "mazdoor")

# A log line holds codes, counts, times and places in the code; never a name, a number, a request body or an exception's words.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"()": "mazdoor.config.logs.Wordless", "format": "%(asctime)s %(levelname)s %(name)s %(message)s"}
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": os.environ.get("MAZDOOR_LOG_LEVEL", "WARNING")},
}
