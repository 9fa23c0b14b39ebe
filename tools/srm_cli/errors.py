"""One clear sentence for everything that can go wrong during set-up."""

from __future__ import annotations

import errno
import re

DISK_FULL = (
    "The disk is full: free some space in %(where)s and run the same command again."
)

# What the tools print, in the order of how much it explains: a refused registry also
# prints "no matching distribution", a full disk also prints "download failed".
_CAUSES: tuple[tuple[str, str], ...] = (
    ("disk", r"No space left on device|ENOSPC|Disk quota exceeded|enough free space"),
    (
        "refused",
        r"\b40[137] +(Client Error|Forbidden|Unauthorized|Proxy Auth)|\bE40[137]\b"
        r"|HTTP error 40[137]|Authentication Required",
    ),
    (
        "checksum",
        r"DO NOT MATCH THE HASHES|Hash Sum mismatch|EINTEGRITY|hashes are required"
        r"|File has unexpected size|BADSIG|isn't valid|is not signed|invalid signature"
        r"|couldn't be verified|NO_PUBKEY|integrity checksum failed|Bad CRC|not a zip"
        r"|unexpected end of|is corrupt|has an invalid wheel|Clearsigned",
    ),
    (
        "network",
        r"Temporary failure|Could not resolve|Name or service not known|ENOTFOUND"
        r"|EAI_AGAIN|Connection refused|ECONNREFUSED|Could not connect|Cannot initiate"
        r"|[Uu]nable to connect|Network is unreachable|ENETUNREACH|timed out|ETIMEDOUT"
        r"|NewConnectionError|Connection failed|ECONNRESET|Connection reset"
        r"|No address associated|ProxyError",
    ),
    (
        "certificate",
        r"SSLError|certificate verify failed|SELF_SIGNED_CERT|self-signed certificate"
        r"|UNABLE_TO_(GET|VERIFY)|CERT_(UNTRUSTED|HAS_EXPIRED)",
    ),
    (
        "missing",
        r"No matching distribution|Unable to locate package|E404|\b404\b"
        r"|has no installation candidate|does not have a Release file",
    ),
)
_SENTENCES = {
    "disk": "The disk is full: %(tool)s could not write %(what)s;"
    " free some space and run the same command again.",
    "checksum": "Broken download: a checksum or signature of %(what)s fetched by"
    " %(tool)s is wrong, so nothing was installed; run the same command again,"
    " and ask whoever runs the registry if it persists.",
    "refused": "The registry of %(tool)s refuses to serve %(what)s"
    " (access denied): check the address and the credentials in %(setting)s.",
    "network": "No network: %(tool)s could not reach its registry for %(what)s;"
    " check the connection, the proxy and the address in %(setting)s.",
    "certificate": "The registry of %(tool)s shows a certificate this machine does not"
    " trust, so %(what)s was not fetched: add its authority to the system's store, and"
    " check the address in %(setting)s.",
    "missing": "The registry of %(tool)s does not have %(what)s:"
    " check the address in %(setting)s.",
}


class SrmError(Exception):
    """A failure the user can act on; `str()` is one sentence that says how."""


def cause_of(output: str) -> str:
    """Key of the first known cause found in a tool's output, "" when unknown.

    >>> cause_of("E: Failed to fetch x  403  Forbidden")
    'refused'
    >>> cause_of("OSError: [Errno 28] No space left on device")
    'disk'
    """
    for key, pattern in _CAUSES:
        if re.search(pattern, output):
            return key
    return ""


def tool_error(tool: str, what: str, setting: str, output: str, log: str) -> SrmError:
    """The error for a tool which failed with this output (kept in `log`)."""
    cause = cause_of(output)
    if cause:
        return SrmError(
            _SENTENCES[cause] % {"tool": tool, "what": what, "setting": setting}
        )
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    last = lines[-1].rstrip(".") if lines else "no message"
    return SrmError(f"{tool} failed to install {what}: {last} (full output in {log}).")


def from_os_error(error: OSError) -> SrmError:
    """The sentence for an operating system error met anywhere in the command line."""
    where = error.filename or "the cache and the project folder"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return SrmError(DISK_FULL % {"where": where})
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return SrmError(
            f"No permission to write {where}: run as the owner of this folder."
        )
    return SrmError(f"{error.strerror or error}: {where}.")
