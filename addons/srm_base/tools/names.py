"""Names of records put together from their parts."""

#: Number of a record that has drawn none yet.
NOT_NUMBERED = "/"


def joined(*parts: object, by: str = " · ") -> str:
    """The parts that are there: a record being entered has few of them.

    >>> joined("INC/2026/00012", "Chute d’un échafaudage")
    'INC/2026/00012 · Chute d’un échafaudage'
    >>> joined(NOT_NUMBERED, False), joined("S-012", None, by=" ")
    ('', 'S-012')
    """
    return by.join(str(part) for part in parts if part and part != NOT_NUMBERED)
