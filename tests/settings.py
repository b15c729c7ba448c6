"""The settings tests run with: the product's own, under an environment of their own."""

import os

os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 40)
os.environ.setdefault("TOKEN_KEYS", "dGhlc2Uga2V5cyBhcmUgZm9yIHRlc3RzIG9ubHkhISE=")
os.environ.setdefault("ALLOWED_HOSTS", "testserver,localhost,127.0.0.1")
os.environ.setdefault("PLAIN_HTTP", "true")
os.environ.setdefault("ONE_TIME_SIGN_IN", "true")
os.environ.setdefault("LOG_FORMAT", "text")
os.environ.setdefault("VAR_DIR", "var/tests")
# Files of one test are not the next one's; tests of the cache have one of their own.
os.environ.setdefault("ARTIFACT_CACHE_MB", "0")
if "TEST_DATABASE_URL" in os.environ:
    os.environ["DATABASE_URL"] = os.environ["TEST_DATABASE_URL"]
if "TEST_CACHE_URL" in os.environ:
    # Names the server; each worker has a database of its own there, for tests empty the cache.
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    os.environ["CACHE_URL"] = f"{os.environ['TEST_CACHE_URL']}/{worker}"

from dashboard.settings import *  # noqa: F403

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# A variable that does not resolve shows up in the page, where a test looks for it.
TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = "UNRESOLVED[%s]"  # type: ignore[index]  # noqa: F405
# Static files straight from static/: nothing is collected before a test.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
