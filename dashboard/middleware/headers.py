"""Headers that every answer has, whoever gives it: a view, a middleware before it, or what serves static files.

What differs per answer is said by that answer, and left as it is: documents in frames (views/artifacts/boxes.py), pages
of share links.
"""

# Builds the policy of settings.py, with what a view changes in it.
from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import resolve_url
from django.utils.cache import patch_vary_headers

from dashboard.middleware.requests import Answer, user_id
from dashboard.middleware.second_origin import PLAYERS

USED_FEATURES = ("clipboard-write", "fullscreen", "unload")
"""Powerful features of browsers that pages use: to copy an id, for films, in popups of Django's administration."""
UNUSED_FEATURES = (
    "accelerometer", "aria-notify", "autoplay", "browsing-topics", "camera", "captured-surface-control",
    "clipboard-read", "compute-pressure", "cross-origin-isolated", "deferred-fetch", "deferred-fetch-minimal",
    "digital-credentials-create", "digital-credentials-get", "display-capture", "encrypted-media", "gamepad",
    "geolocation", "gyroscope", "hid", "identity-credentials-get", "idle-detection", "interest-cohort", "keyboard-map",
    "language-detector", "language-model", "local-fonts", "local-network", "local-network-access", "loopback-network",
    "magnetometer", "media-playback-while-not-visible", "microphone", "midi", "on-device-speech-recognition",
    "otp-credentials", "payment", "picture-in-picture", "private-state-token-issuance",
    "private-state-token-redemption", "publickey-credentials-create", "publickey-credentials-get", "screen-wake-lock",
    "serial", "speaker-selection", "storage-access", "summarizer", "sync-xhr", "translator", "usb",
    "window-management", "xr-spatial-tracking",
)  # fmt: skip
"""All others that Chromium 156 knows: a test in that browser compares. (A name it does not know is a warning there.)"""
PERMISSIONS_POLICY = ", ".join(
    sorted([*(f"{name}=(self)" for name in USED_FEATURES), *(f"{name}=()" for name in UNUSED_FEATURES)])
)
POLICY_OF_FILES = "camera=(), geolocation=(), microphone=()"
"""Of static files, which have no features: the long one with each of them would be a tenth of a first visit."""

_POLICY = "Content-Security-Policy"
_UNFRAMED = "; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
_UNTYPED = ("require-trusted-types-for", "trusted-types")
_ADMINISTRATION = "/admin/"
_OUR_SIGN_IN = "/admin/login/"
"""Below it, and a page of ours all the same."""

_FOR_EVERY_ANSWER = {
    "Permissions-Policy": PERMISSIONS_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
    "Cross-Origin-Opener-Policy": settings.SECURE_CROSS_ORIGIN_OPENER_POLICY,
    # No rules for plug-ins are to be looked for here.
    "X-Permitted-Cross-Domain-Policies": "none",
    # The server would tell its name in place of this.
    "Server": "",
}


def put_on(response: HttpResponseBase) -> None:
    """Give the answer what it does not say itself."""
    for name, value in _FOR_EVERY_ANSWER.items():
        response.setdefault(name, value)


class HeadersMiddleware:
    """Headers of every answer, and what a cache may do with pages, and all that is for who is signed in: nothing."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.path.startswith(settings.STATIC_URL):
            response.setdefault("Permissions-Policy", POLICY_OF_FILES)
        put_on(response)
        # A page in a sandbox is of no origin, so its own files are another's to it.
        shared = request.path.startswith(PLAYERS)
        response.setdefault("Cross-Origin-Resource-Policy", "cross-origin" if shared else "same-origin")
        is_page = response.get("Content-Type", "").startswith("text/html")
        if is_page or user_id(request) is not None:
            response.setdefault("Cache-Control", "no-store")
        if is_page:
            # Any page may answer htmx with a fragment.
            patch_vary_headers(response, ["HX-Request"])
        if request.method == "POST" and request.path == resolve_url("sign-out"):
            response["Clear-Site-Data"] = '"storage"'
        return response


class PolicyMiddleware(CSPMiddleware):
    """The Content-Security-Policy of every answer; one that does not say who may frame it may be framed by nobody.

    In Django's administration without Trusted Types: its jQuery makes elements of text.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """The answer with its policy."""
        if request.path.startswith(settings.STATIC_URL):
            # Opened by itself it is to do nothing; what a page does with it is the page's policy to say.
            response.setdefault(_POLICY, "default-src 'none'; sandbox")
        answer: HttpResponseBase = super().process_response(request, response)
        if "frame-ancestors" not in answer.get(_POLICY, "frame-ancestors"):
            answer[_POLICY] += _UNFRAMED
        return answer

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        """What the policy of this answer is made of."""
        parts: PolicyParts = super().get_policy_parts(request, response, report_only)
        if request.path.startswith(_ADMINISTRATION) and request.path != _OUR_SIGN_IN:
            parts.replace = (parts.replace or {}) | dict.fromkeys(_UNTYPED)
        return parts
