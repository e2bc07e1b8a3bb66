"""Addresses: what a server says about a document without sending it."""

import http.client
import os
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from trunkline.settings import addresses
from trunkline.sources import answers, hypertext, redirecting

FACTS = ("ETag", "Last-Modified", "Content-Length")
PATIENCE = 30  # seconds
REFUSED = {HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.NOT_IMPLEMENTED}


def look(url: str, source: Mapping[str, Any]) -> dict[str, Any]:
    """Return the validators and the size that a server states for a document.

    Asked by HEAD; of a server that does not know it, by a GET whose body is not read.

    Args:
        url: An address of http or https; variables in it are filled in from the environment.
        source: Not needed.

    Raises:
        ValueError: It is no such address, or the answer says nothing that would change.
        OSError: There is no answer, or not this document.
    """
    address = urllib.parse.urlsplit(url)
    if address.scheme not in ("http", "https"):
        raise ValueError(
            f"expected an address of http or https, received one of '{address.scheme}'; for a file "
            "give its path"
        )
    full, secrets = addresses.filled(url, os.environ)
    try:
        facts = _ask(full, "HEAD")
    except answers.UnavailableError as error:
        raise OSError(addresses.hidden(str(error), secrets)) from None  # the chain would tell them
    except http.client.InvalidURL as error:
        raise ValueError(f"{addresses.masked(url)}: it is no address") from error
    except urllib.error.HTTPError as error:
        error.close()
        if error.code not in REFUSED:
            received = f"{address.hostname} answered {error.code} {error.reason}"
            raise OSError(f"expected a document, received none: {received}") from error
        facts = _ask(full, "GET")
    if not facts:
        raise ValueError(
            f"{address.hostname} states none of {', '.join(FACTS)}: whether the document changes "
            "cannot be seen; download it by another way and give its path"
        )
    return facts


def _ask(url: str, method: str) -> dict[str, Any]:
    request = hypertext.request(url, method)  # as it is: else size and ETag are of an encoding
    opener = urllib.request.build_opener(redirecting.Redirects)  # no password to another host
    with opener.open(request, timeout=PATIENCE) as answer:
        return {fact: answer.headers[fact] for fact in FACTS if fact in answer.headers}
