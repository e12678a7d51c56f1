"""Every setting of Caseloom. The environment is read here and nowhere else (interface §2).

A value that can't be used raises `environs.EnvError`, which names the variable; `manage.py` prints it as one
line.
"""

import secrets
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies

import dj_database_url
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _
from environs import Env, EnvError, validate
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from core.configuration import (
    CHAT_SERVICES,
    PUSH_SERVICES,
    check_address,
    host_rules,
    llm_endpoints,
    schemes,
    stop,
    vapid_subject,
)
from core.redis_address import layer_host, redis_addresses

env = Env()
BASE_DIR = Path(__file__).resolve().parent.parent
VERSION = "0.1.0"

# --- serve
HOST = env.str("HOST", "127.0.0.1")
PORT = env.int("PORT", 8000, validate=validate.Range(min=0, max=65535))
PUBLIC_URL = env.str("PUBLIC_URL", "").rstrip("/")
DEBUG = env.bool("DEBUG", False)
try:
    TRUSTED_PROXIES = [
        ip_network(entry, strict=False) for entry in env.list("TRUSTED_PROXIES", [], subcast=str)
    ]
except ValueError as error:
    raise EnvError(f'Environment variable "TRUSTED_PROXIES" invalid: {error}') from error
if PUBLIC_URL:
    check_address("PUBLIC_URL", PUBLIC_URL, "https", "http")
_public = urlsplit(PUBLIC_URL)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", []) or [
    host for host in ("localhost", "127.0.0.1", "[::1]", HOST, _public.hostname) if host
]
if HOST in {"0.0.0.0", "::"} and "ALLOWED_HOSTS" not in env.dump() and not PUBLIC_URL:  # noqa: S104
    ALLOWED_HOSTS = ["*"]
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])
for _origin in CSRF_TRUSTED_ORIGINS:
    check_address("CSRF_TRUSTED_ORIGINS", _origin, "https", "http")
if PUBLIC_URL:
    CSRF_TRUSTED_ORIGINS.append(f"{_public.scheme}://{_public.netloc}")
if _public.scheme == "https":
    SECURE_HSTS_SECONDS = 31_536_000
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True

# --- state
DATA_DIR = Path(env.str("DATA_DIR", str(BASE_DIR / "var"))).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)
_database_url = env.str("DATABASE_URL", "")
DATABASES: dict[str, Any]
try:
    DATABASES = {
        "default": dj_database_url.parse(_database_url)
        if _database_url
        else {"ENGINE": "django.db.backends.sqlite3", "NAME": str(DATA_DIR / "caseloom.sqlite3")}
    }
except (dj_database_url.ParseError, dj_database_url.UnknownSchemeError, ValueError) as error:
    raise EnvError(f'Environment variable "DATABASE_URL" invalid: {error}') from error
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",  # deferred ones deadlock on upgrade: design §4
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-20000;",
    }
    # A file, as in production: a database in memory locks whole tables and knows no busy timeout.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
else:
    # A server that is away is noticed in seconds, and a stopped process keeps no locks: docs/decisions.md.
    DATABASES["default"]["OPTIONS"] = {
        "connect_timeout": 5,
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 15_000,
        "options": "-c idle_in_transaction_session_timeout=10000",
        **DATABASES["default"].get("OPTIONS", {}),
    }
REDIS_URLS = redis_addresses("REDIS_URL", env.str("REDIS_URL", ""))
SECRET_KEY = env.str("SECRET_KEY", "")
if not SECRET_KEY:
    if _database_url or REDIS_URLS:
        stop(
            "SECRET_KEY", "it must be given when DATABASE_URL or REDIS_URL is, the same one to every process"
        )
    _key_file = DATA_DIR / "secret_key"
    if not _key_file.exists():
        _key_file.touch(mode=0o600)
        _key_file.write_text(secrets.token_urlsafe(50))
    SECRET_KEY = _key_file.read_text()
if REDIS_URLS:
    _at_once = {"socket_timeout": 1, "socket_connect_timeout": 1, "retry": Retry(NoBackoff(), 0)}
    # redis-py's own 5 s socket_timeout equals a blocking read and kills idle listeners: design §5.
    _patient = {
        "socket_timeout": 30,
        "socket_connect_timeout": 5,
        "health_check_interval": 30,
        "max_connections": 10_000,
    }
    _redis_hosts = [layer_host(address, _at_once) | _patient for address in REDIS_URLS]
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "realtime.redis_layer.RedisLayer",
            "CONFIG": {"hosts": _redis_hosts, "prefix": "caseloom"},
        }
    }
else:
    CHANNEL_LAYERS = {"default": {"BACKEND": "realtime.layers.LocalChannelLayer"}}
LIMITS_STORAGE = REDIS_URLS[0] if REDIS_URLS else "memory://"

# --- models
LLM_ENDPOINTS = llm_endpoints("LLM_ENDPOINTS", env.json("LLM_ENDPOINTS", []))
_api_key, _base_url = env.str("OPENAI_API_KEY", ""), env.str("OPENAI_BASE_URL", "")
if _base_url:
    check_address("OPENAI_BASE_URL", _base_url, "https", "http")
_price = validate.Range(min=0)
_input_price = env.float("LLM_INPUT_PRICE", None, validate=_price)
_output_price = env.float("LLM_OUTPUT_PRICE", None, validate=_price)
if not LLM_ENDPOINTS and (_api_key or _base_url):
    LLM_ENDPOINTS = [
        {
            "name": "default",
            "base_url": _base_url or "https://api.openai.com/v1",
            "api_key": _api_key,
            "model": env.str("OPENAI_MODEL", "gpt-4o-mini"),
            "input_price": _input_price,
            "output_price": _output_price,
        }
    ]

# --- limits
_positive = validate.Range(min=1)
LLM_CONCURRENCY = env.int("LLM_CONCURRENCY", 200, validate=_positive)
TASKS_PER_USER = env.int("TASKS_PER_USER", 4, validate=_positive)
TASK_DEADLINE_MINUTES = env.int("TASK_DEADLINE_MINUTES", 60, validate=_positive)
LEASE_SECONDS = env.int("LEASE_SECONDS", 30, validate=validate.Range(min=3))
DRAIN_SECONDS = env.int("DRAIN_SECONDS", 25, validate=validate.Range(min=0))
MAX_UPLOAD_MB = env.int("MAX_UPLOAD_MB", 20, validate=_positive)
DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_UPLOAD_MB * 2**20
DATA_UPLOAD_MAX_NUMBER_FILES = 100

# --- keeping
_retention = env.str("TASK_RETENTION_DAYS", "7")
if _retention and not (_retention.isdecimal() and int(_retention) <= 36_500):
    stop("TASK_RETENTION_DAYS", "give a whole number of days, or nothing to keep tasks for ever")
TASK_RETENTION_DAYS = int(_retention) if _retention else None
CLEANUP_INTERVAL_MINUTES = env.int("CLEANUP_INTERVAL_MINUTES", 60, validate=_positive)

# --- telling
_subject = env.str("VAPID_SUBJECT", f"mailto:caseloom@{_public.hostname or 'localhost'}")
VAPID_SUBJECT = vapid_subject("VAPID_SUBJECT", _subject)
PUSH_HOSTS = host_rules("PUSH_HOSTS", env.list("PUSH_HOSTS", PUSH_SERVICES))
HTTPS_PROXY = getproxies().get("https", "")
NOTIFY_TARGETS = schemes("NOTIFY_TARGETS", env.list("NOTIFY_TARGETS", CHAT_SERVICES))

# --- people and watching
SIGNUP = env.str("SIGNUP", "open", validate=validate.OneOf(["open", "invite", "closed"]))
METRICS_TOKEN = env.str("METRICS_TOKEN", "")
LOG_FORMAT = env.str("LOG_FORMAT", "console", validate=validate.OneOf(["console", "json"]))
LOG_LEVEL = env.str("LOG_LEVEL", "INFO", validate=validate.OneOf(["DEBUG", "INFO", "WARNING", "ERROR"]))

INSTALLED_APPS = [
    "core",
    "realtime",
    "generator",
    "daphne",
    "channels",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "ninja",
]
MIDDLEWARE = [
    "core.health.ProbesMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "servestatic.middleware.ServeStaticMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "realtime.middleware.StreamHeadMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "core.urls"
ASGI_APPLICATION = "core.asgi.application"
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
                "django.template.context_processors.i18n",
                "csp.context_processors.nonce",
                "core.shell.shell",
                "realtime.shell.shell",
            ]
        },
    }
]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
CSRF_FAILURE_VIEW = "core.errors.csrf_failure"

AUTH_USER_MODEL = "core.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "generate"
LOGOUT_REDIRECT_URL = "login"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("简体中文"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("vendor/htmx", BASE_DIR / "node_modules" / "htmx.org" / "dist"),
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "servestatic.storage.CompressedManifestStaticFilesStorage"},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "console": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"},
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        },
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        "daphne": {"level": "WARNING"},
        "django.channels": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},
        "httpx2": {"level": "WARNING"},
        "apprise": {"level": "CRITICAL"},  # like urllib3, it prints addresses with people's tokens
        "urllib3": {"level": "ERROR"},
    },
}
