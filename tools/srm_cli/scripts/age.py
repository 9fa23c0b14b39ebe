"""Encrypts and decrypts files in the format of age (https://age-encryption.org).

Run by `./srm backup` and `./srm restore` with the Python that has pyrage. What goes
wrong is one sentence on standard error and status 1.
"""

import os
import sys

import pyrage
from pyrage import x25519


def new_key(path: str) -> None:
    """Write a private key, readable by its owner only; print the public one."""
    identity = x25519.Identity.generate()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(f"# public key: {identity.to_public()}\n{identity}\n")
    print(identity.to_public())


def encrypt(source: str, target: str, *recipients: str) -> None:
    keys = [x25519.Recipient.from_str(text) for text in recipients]
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(source, "rb") as reader, os.fdopen(descriptor, "wb") as writer:
        pyrage.encrypt_io(reader, writer, keys)
        writer.flush()
        os.fsync(writer.fileno())


def decrypt(source: str, target: str, path: str) -> None:
    with open(path) as stream:
        lines = [line.strip() for line in stream]
    keys = [
        x25519.Identity.from_str(line)
        for line in lines
        if line and not line.startswith("#")
    ]
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(source, "rb") as reader, os.fdopen(descriptor, "wb") as writer:
        pyrage.decrypt_io(reader, writer, keys)


COMMANDS = {"key": new_key, "encrypt": encrypt, "decrypt": decrypt}

if __name__ == "__main__":
    try:
        COMMANDS[sys.argv[1]](*sys.argv[2:])
    except Exception as error:
        sys.exit(str(error) or type(error).__name__)
