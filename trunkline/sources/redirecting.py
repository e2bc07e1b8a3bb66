"""Redirects of a server: within the scheme, some times, and no password to another host."""

import http.client
import urllib.parse
import urllib.request
from typing import IO, Any

from trunkline.settings import addresses
from trunkline.sources.answers import UnavailableError

LIMIT = 5


class Redirects(urllib.request.HTTPRedirectHandler):
    """Follows a redirect within the scheme, some times, and tells no other host a password."""

    max_redirections = LIMIT
    max_repeats = LIMIT

    def redirect_request(
        self,
        req: Any,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        """Return what asks for the next address.

        Raises:
            UnavailableError: it is of another scheme, but for https after http.
        """
        before, after = urllib.parse.urlsplit(req.full_url), urllib.parse.urlsplit(newurl)
        if after.scheme != before.scheme and (before.scheme, after.scheme) != ("http", "https"):
            fp.close()  # nobody is handed it any more
            raise UnavailableError(
                f"expected a redirect within {before.scheme}, received one to {after.scheme}: "
                f"{addresses.masked(newurl)}: use that address, if you trust it"
            )
        request = super().redirect_request(req, fp, code, msg, headers, newurl)
        if request is not None and before[:2] != after[:2]:
            request.remove_header("Authorization")
        return request

    def http_error_302(
        self, req: Any, fp: IO[bytes], code: int, msg: str, headers: http.client.HTTPMessage
    ) -> Any:
        """Follow an answer of 301, 302, 303, 307 or 308."""
        target = headers.get("location", "")
        where = urllib.parse.urljoin(req.full_url, target)
        if urllib.parse.urlsplit(where).scheme not in ("http", "https"):
            # urllib would refuse it too, in other words.
            self.redirect_request(req, fp, code, msg, headers, where)
        return super().http_error_302(req, fp, code, msg, headers)

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302
