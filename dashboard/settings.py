"""Django's settings. What differs between installations comes from the environment (see ``environment.py``)."""

from pathlib import Path

# The policy's words are constants of django-csp.
from csp.constants import NONE, SELF

from dashboard import environment
from dashboard.logs import logging_config

PACKAGE_DIR = Path(__file__).resolve().parent
BASE_DIR = PACKAGE_DIR.parent
# In a checkout templates/ and static/ stand beside the package; in an installed one they are in it, where Django looks.
IS_CHECKOUT = (BASE_DIR / "manage.py").is_file()

_env = environment.read()

SECRET_KEY: str = _env["SECRET_KEY"]
DEBUG: bool = _env["DEBUG"]
ARTIFACT_ORIGIN: str = _env["ARTIFACT_ORIGIN"]
ALLOWED_HOSTS: list[str] = environment.host_names(_env)
VAR_DIR: Path = _env["VAR_DIR"]
ARTIFACT_CACHE_MB: int = _env["ARTIFACT_CACHE_MB"]
TOKEN_KEYS: list[str] = _env["TOKEN_KEYS"]
ALLOWED_NETWORKS: list[str] = _env["ALLOWED_NETWORKS"]
ONE_TIME_SIGN_IN: bool = _env["ONE_TIME_SIGN_IN"]

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_tables2",
    "django_filters",
    "template_partials",
    "csp",
    "dashboard",
]

MIDDLEWARE = [
    "dashboard.middleware.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "dashboard.middleware.HeadersMiddleware",
    "dashboard.middleware.ArtifactOriginMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "dashboard.middleware.CompressionMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "dashboard.middleware.HtmxSignInMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "dashboard.middleware.SourceErrorMiddleware",
]

ROOT_URLCONF = "dashboard.urls"
WSGI_APPLICATION = "dashboard.wsgi.application"
ASGI_APPLICATION = "dashboard.asgi.application"

_CONTEXT_PROCESSORS = [
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
    "dashboard.views.frame.frame",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"] if IS_CHECKOUT else [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": _CONTEXT_PROCESSORS,
            "builtins": ["dashboard.templatetags.components", "template_partials.templatetags.partials"],
        },
    }
]

# Each thread keeps its connection: to open one costs as much as all queries of a page. (The address brings a 0 along.)
DATABASES = {"default": {**_env["DATABASE_URL"], "CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        # Writers queue at BEGIN instead of failing half-way through a transaction that began as a reader.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-8000; PRAGMA mmap_size=134217728;"
        ),
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": {**_env["CACHE_URL"], "KEY_PREFIX": environment.cache_prefix(DATABASES["default"])}}
if CACHES["default"]["BACKEND"].endswith("LocMemCache"):
    # Rendered rows and facet counts; a few kB each.
    CACHES["default"]["OPTIONS"] = {"MAX_ENTRIES": 5_000}

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "run-list"
LOGOUT_REDIRECT_URL = "sign-in"

LANGUAGE_CODE = "en-gb"
# Formats write UTC. The process itself stays in the machine's zone (see ``apps.py``).
TIME_ZONE = "UTC"
USE_I18N = False
USE_TZ = True
FORMAT_MODULE_PATH = "dashboard.locales"

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"] if IS_CHECKOUT else []
STATIC_ROOT = VAR_DIR.absolute() / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 3600
# Error pages name files by their plain addresses, which need no manifest to be found.
WHITENOISE_KEEP_ONLY_HASHED_FILES = False

# The network.
_tls = not _env["PLAIN_HTTP"]
SECURE_SSL_REDIRECT = _tls
SECURE_HSTS_SECONDS = 63_072_000 if _tls else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _tls
SECURE_HSTS_PRELOAD = _tls
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _env["TRUSTED_PROXY"] else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_TRUSTED_ORIGINS: list[str] = _env["CSRF_TRUSTED_ORIGINS"]
SESSION_COOKIE_NAME = environment.cookie_name("session", _env)
CSRF_COOKIE_NAME = environment.cookie_name("csrf", _env)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _tls
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "media-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "manifest-src": [SELF],
        "frame-src": [NONE],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

LOGGING = logging_config(level=_env["LOG_LEVEL"], style=_env["LOG_FORMAT"])
# Our own request log says more than Django's and masks what must not be there.
LOGGING_CONFIG = "logging.config.dictConfig"

DJANGO_TABLES2_TEMPLATE = "components/table.html"

# Who writes the documents of our own reports (see services/own_report_making.py): a layer above what makes them.
REPORT_WRITER = "dashboard.reporting.documents.write"

# How many rows a list shows, and what may be asked for.
PAGE_SIZES = (25, 50, 100, 200)
