"""What keeps the console's pages safe in a browser: their headers, and whether a form was sent from one of them."""

from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import urlsplit

from router.accounts import is_same
from router.console.tokens import form_token

POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; media-src 'self'; form-action 'self';"
    " frame-ancestors 'none'; base-uri 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not no-referrer: with that a browser sends `Origin: null` with our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store",
}
HTTPS_ONLY: Final = {"Strict-Transport-Security": "max-age=31536000"}
FORM_TOKEN: Final = "form_token"  # noqa: S105 - the name of a field
OURS: Final = frozenset({"same-origin", "none"})
"""What a browser says in Sec-Fetch-Site of a form of ours, and of what a person typed or reloads."""


def headers(*, https: bool) -> dict[str, str]:
    """The headers of every page."""
    return HEADERS | (HTTPS_ONLY if https else {})


def is_ours(sent: Mapping[str, str], form: Mapping[str, tuple[str, ...]], token: str, urls: Iterable[str]) -> bool:
    """Whether a form came from a page of this session: by the browser's own word where it gives one, and by its token.

    `sent` are the headers, `urls` those that the caller may have used.
    """
    if sent.get("sec-fetch-site", "same-origin") not in OURS:
        return False
    origin = sent.get("origin")
    if origin is not None and urlsplit(origin).netloc not in {urlsplit(url).netloc for url in urls}:
        return False
    return is_same(form.get(FORM_TOKEN, ("",))[0], form_token(token))
