"""Why an identifier is refused, in the language of the user."""

NAMES = {"ice": "ICE", "rib": "RIB", "iban": "IBAN"}
LENGTHS = {"ice": 15, "rib": 24, "iban": 28}


def refusal(env, kind, check):
    """Sentence that explains a refused :class:`srm_engine.identifiers.Check`.

    :param kind: ``ice``, ``rib`` or ``iban``
    """
    texts = {
        "empty": env._("it holds no digit other than zero"),
        "not_digits": env._("it may contain digits only"),
        "country": env._("it is not Moroccan (it must start with MA)"),
        "length": env._(
            "it must have %(expected)s characters and has %(count)s",
            expected=LENGTHS[kind],
            count=len(check.normalized),
        ),
        "check_digits": env._(
            "its check digits do not match the rest of the number: one digit at least"
            " is wrong"
        ),
    }
    return env._(
        "The %(name)s %(number)s is not valid: %(reason)s.",
        name=NAMES[kind],
        number=check.normalized,
        reason=texts[check.code],
    )


def warning_text(env, name, code):
    """Sentence for a number that looks unusual without being refused.

    :param name: name of the number, for instance ``IF``
    :param code: code given by the engine (``warn_if``, ``warn_rc``)
    """
    texts = {
        "not_digits": env._("it does not contain digits only"),
        "leading_zero": env._("it starts with a zero"),
        "length": env._("it does not have the usual number of digits"),
    }
    return env._("%(name)s looks unusual: %(reason)s.", name=name, reason=texts[code])
