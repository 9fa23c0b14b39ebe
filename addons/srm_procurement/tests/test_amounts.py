from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from srm_engine.instalments import schedule

from odoo.tests import BaseCase, tagged

from ..amounts import ZERO, allocate, money, total

#: The property is what is tested, not the speed of a busy machine.
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
CENTIMES = st.integers(min_value=1, max_value=10**11)


def dirhams(centimes: int) -> Decimal:
    return Decimal(centimes) / 100


@tagged("post_install", "-at_install")
class TestAmounts(BaseCase):
    """Any amount, any plan: nothing is lost and nothing is created."""

    @UNHURRIED
    @given(st.lists(CENTIMES, min_size=1, max_size=20), st.integers(1, 48))
    def test_plan_and_shares_add_up(self, claims, count):
        claims = [dirhams(centimes) for centimes in claims]
        agreed = sum(claims, ZERO)
        assume(agreed * 100 >= count)  # at least a centime each
        parts = schedule(agreed, count, date(2026, 1, 31))
        payments = [part.amount for part in parts]
        assert sum(payments) == agreed
        shares = allocate(payments, claims)
        for index, amount in enumerate(payments):
            assert sum(s for i, _c, s in shares if i == index) == amount
        for index, amount in enumerate(claims):
            assert sum(s for _i, c, s in shares if c == index) == amount
        assert all(share > 0 for _i, _c, share in shares)
        assert len(set((i, c) for i, c, _s in shares)) == len(shares)
        order = [claim for _i, claim, _s in shares]
        assert order == sorted(order), "a debt is extinguished before the next one"

    @UNHURRIED
    @given(st.lists(CENTIMES, min_size=1, max_size=50))
    def test_floats_of_the_database_stay_exact(self, amounts):
        floats = [centimes / 100 for centimes in amounts]
        assert total(floats) == dirhams(sum(amounts))
        assert [money(value) for value in floats] == [dirhams(c) for c in amounts]

    def test_wrong_totals_are_refused(self):
        with pytest.raises(ValueError, match="add up"):
            allocate([Decimal(1)], [Decimal(2)])
        with pytest.raises(ValueError, match="positive"):
            allocate([Decimal(1), ZERO], [Decimal(1)])
