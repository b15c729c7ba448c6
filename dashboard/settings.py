"""Django's settings. What differs between installations comes from the environment (see ``environment/``)."""

from pathlib import Path
from typing import Any

# The policy's words are constants of django-csp.
from csp.constants import NONE, SELF

from dashboard import environment
from dashboard.environment import sign_in as settings_of_sign_in
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
NOTICE_NETWORKS: list[str] = _env["NOTICE_NETWORKS"]
METRICS_TOKEN: str = _env["METRICS_TOKEN"]
ONE_TIME_SIGN_IN: bool = _env["ONE_TIME_SIGN_IN"]

INSTALLED_APPS = [
    "dashboard.apps.AdminConfig",
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
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
]

MIDDLEWARE = [
    "dashboard.middleware.metering.MeteringMiddleware",
    "dashboard.middleware.request_log.RequestLogMiddleware",
    # What gives headers stands before whatever may answer by itself.
    "dashboard.middleware.headers.HeadersMiddleware",
    "dashboard.middleware.headers.PolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "dashboard.middleware.limits.RequestLimitsMiddleware",
    "dashboard.middleware.second_origin.ArtifactOriginMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "dashboard.middleware.compression.CompressionMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "dashboard.middleware.sign_in.HtmxSignInMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "dashboard.middleware.sessions.SessionMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "dashboard.middleware.methods.MethodMiddleware",
    "dashboard.middleware.source_errors.SourceErrorMiddleware",
    "dashboard.middleware.write_conflicts.WriteConflictMiddleware",
    "axes.middleware.AxesMiddleware",
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

AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    # Long, and not one of those that everybody takes: rules about letters and figures make passwords no better.
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
PASSWORD_RESET_TIMEOUT = 3600
# The first asks whether a password may be looked at now, the second looks, and reads accounts for requests.
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "dashboard.authentication.backends.AccountBackend"]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "run-list"
LOGOUT_REDIRECT_URL = "sign-in"

# Throttling: the rule is our own (services/throttling.py).
AXES_HANDLER = "dashboard.authentication.throttling.Handler"
AXES_LOCKOUT_CALLABLE = "dashboard.authentication.throttling.refuse"
AXES_CLIENT_IP_CALLABLE = "dashboard.client_address.of"
AXES_ENABLE_ADMIN = AXES_VERBOSE = False
# What nobody looked at is neither counted nor written down.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False

# Single sign-on, second factors and lists of sessions by allauth; authentication/adapters.py decides who may come in.
ACCOUNT_ADAPTER = "dashboard.authentication.adapters.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
SOCIALACCOUNT_ADAPTER = "dashboard.authentication.adapters.SocialAdapter"
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_REAUTHENTICATION_REQUIRED = True
SOCIALACCOUNT_STORE_TOKENS = False
MFA_ADAPTER = "dashboard.authentication.adapters.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
# Addresses are given by administrators and providers, never by their owners: there is nothing to verify first.
MFA_ALLOW_UNVERIFIED_EMAIL = True
# A clock half a minute off is forgiven; a code is good once all the same (services/second_factors.py).
MFA_TOTP_TOLERANCE = 1
OIDC_ISSUER: str = _env["OIDC_ISSUER"]
OIDC_NAME: str = _env["OIDC_NAME"]
OIDC_ROLE_CLAIM: str = _env["OIDC_ROLE_CLAIM"]
OIDC_ROLES: dict[str, str] = _env["OIDC_ROLES"]
# Accounts are joined with people of this issuer: another's would be others.
OIDC_PROVIDER_ID: str = settings_of_sign_in.provider_id(_env)
SOCIALACCOUNT_PROVIDERS = settings_of_sign_in.providers(_env)
SSO_ROLE: str = _env["SSO_ROLE"]
SSO_SIGN_UP: bool = _env["SSO_SIGN_UP"]
SSO_DOMAINS: list[str] = _env["SSO_DOMAINS"]
SSO_ONLY: bool = _env["SSO_ONLY"]
SECOND_FACTOR: str = _env["SECOND_FACTOR"]
SESSION_DAYS: int = _env["SESSION_DAYS"]
SESSION_COOKIE_AGE = SESSION_DAYS * 86_400
SESSION_IDLE_HOURS: int = _env["SESSION_IDLE_HOURS"]
SESSION_IDLE_HOURS_ADMINISTRATOR: int = _env["SESSION_IDLE_HOURS_ADMINISTRATOR"]

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
# No other site's pages are made of our files.
WHITENOISE_ALLOW_ALL_ORIGINS = False
# Error pages name files by their plain addresses, which need no manifest to be found.
WHITENOISE_KEEP_ONLY_HASHED_FILES = False

# The network.
_tls = not _env["PLAIN_HTTP"]
SECURE_SSL_REDIRECT = _tls
SECURE_HSTS_SECONDS = 63_072_000 if _tls else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _tls
SECURE_HSTS_PRELOAD = _tls
TRUSTED_PROXY: bool = _env["TRUSTED_PROXY"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXY else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_TRUSTED_ORIGINS: list[str] = _env["CSRF_TRUSTED_ORIGINS"]
# A form of an older sign-in is not lost (see views/held_forms.py).
CSRF_FAILURE_VIEW = "dashboard.views.held_forms.not_accepted"
SESSION_COOKIE_NAME = environment.cookie_name("session", _env)
CSRF_COOKIE_NAME = environment.cookie_name("csrf", _env)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _tls
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
# Otherwise they travel in a cookie of their own, which scripts may read.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

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
        # Text becomes markup by one door alone, that of htmx (see static/js/page.js).
        "require-trusted-types-for": ["'script'"],
        "trusted-types": ["htmx"],
    }
}

# Nothing is uploaded, and forms are small. Larger bodies are refused unread (see middleware/limits.py).
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000
DATA_UPLOAD_MAX_NUMBER_FILES = 0

LOGGING = logging_config(level=_env["LOG_LEVEL"], style=_env["LOG_FORMAT"])
# Our own request log says more than Django's and masks what must not be there.
LOGGING_CONFIG = "logging.config.dictConfig"

DJANGO_TABLES2_TEMPLATE = "components/table.html"

# Mail, and the address that links in it begin with.
BASE_URL: str = _env["BASE_URL"]
HAS_MAIL: bool = settings_of_sign_in.sends_mail(_env)
DEFAULT_FROM_EMAIL = SERVER_EMAIL = _env["DEFAULT_FROM_EMAIL"]
_mail = settings_of_sign_in.email_settings(_env)
EMAIL_BACKEND, EMAIL_FILE_PATH, EMAIL_TIMEOUT = _mail["EMAIL_BACKEND"], _mail["EMAIL_FILE_PATH"], _mail["EMAIL_TIMEOUT"]
EMAIL_HOST, EMAIL_PORT = _mail["EMAIL_HOST"], _mail["EMAIL_PORT"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_USER"], _mail["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail["EMAIL_USE_TLS"], _mail["EMAIL_USE_SSL"]

# Who writes the documents of our own reports (see services/own_report_making.py): a layer above what makes them.
REPORT_WRITER = "dashboard.reporting.documents.write"
# What a watched filter means (see services/watching.py): the filter of the runs list, a layer above, too.
RUN_FILTER = "dashboard.filters.runs.RunFilter"

# How many rows a list shows, and what may be asked for.
PAGE_SIZES = (25, 50, 100, 200)
