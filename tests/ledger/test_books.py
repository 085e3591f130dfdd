"""The books against a simple model: for any acts in any order, both give the same rupiah and the same refusals."""

import asyncio
from contextlib import contextmanager
from datetime import date

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import text
from sqlalchemy.pool import NullPool

from jamsos.access.rules import COMMAND_LINE
from jamsos.db import engine_for
from jamsos.ledger import corrections, service
from jamsos.ledger.errors import BudgetExceeded, ReversalRefused
from jamsos.ledger.rules import GENERAL
from tests.money import TOBACCO, add_fund, add_tobacco_fund
from tests.officers import officer

FUNDS = ("PLAIN", "TIED", "NEXT")  # one that may be used whole, two with shares
AMOUNT = st.integers(1, 1_000)
FUND = st.sampled_from(FUNDS)
DAY = date(2026, 1, 2)


class Fund:
    """The simple model: five figures by field."""

    def __init__(self, shares):
        self.shares = shares
        self.fields = [share.field for share in shares] or [GENERAL]
        self.figures = {
            name: dict.fromkeys(self.fields, 0)
            for name in ("received", "carried", "free", "committed", "payable", "paid")
        }
        self.history = []

    def parts(self, amount):
        """Divide by share, rounded down, then one rupiah each to the largest remainders."""
        if not self.shares:
            return {GENERAL: amount}
        exact = {share.field: divmod(amount * share.basis_points, 10_000) for share in self.shares}
        parts = {field: whole for field, (whole, _) in exact.items()}
        for field in sorted(exact, key=lambda field: -exact[field][1])[: amount - sum(parts.values())]:
            parts[field] += 1
        return parts

    def paying(self):
        return [s.field for s in sorted(self.shares) if s.pays_contributions] or [GENERAL]

    def move(self, source, target, amount, fields):
        """Take from the fields in order; return whether the money was sufficient."""
        if amount > sum(self.figures[source][field] for field in fields):
            return None
        taken = {}
        for field in fields:
            taken[field] = min(amount, self.figures[source][field])
            amount -= taken[field]
            self.figures[source][field] -= taken[field]
            self.figures[target][field] += taken[field]
        return taken


class Books(RuleBasedStateMachine):
    url = ""

    def run(self, work):
        return self.loop.run_until_complete(work)

    @contextmanager
    def refused(self, refusal):
        """Check that the act inside is refused and changes nothing."""
        nested = self.run(self.connection.begin_nested())
        with pytest.raises(refusal):
            yield
        self.run(nested.rollback())

    @initialize()
    def open(self):
        self.loop = asyncio.new_event_loop()
        self.engine = engine_for(self.url, poolclass=NullPool)
        self.connection = self.run(self.engine.connect())
        self.transaction = self.run(self.connection.begin())
        self.by = self.run(officer(self.connection))
        self.ids = {
            "PLAIN": self.run(add_fund(self.connection, "PLAIN", fiscal_year=2026)),
            "TIED": self.run(add_tobacco_fund(self.connection, "TIED")),
            "NEXT": self.run(add_tobacco_fund(self.connection, "NEXT", fiscal_year=2027)),
        }
        tied = sorted(TOBACCO)
        self.model = {"PLAIN": Fund([]), "TIED": Fund(tied), "NEXT": Fund(tied)}
        self.numbers = 0

    def teardown(self):
        if not hasattr(self, "loop"):
            return
        self.run(self.connection.execute(text("set constraints all immediate")))
        self.run(service.verify(self.connection))
        self.run(self.transaction.rollback())
        self.run(self.connection.close())
        self.run(self.engine.dispose())
        self.loop.close()

    def number(self):
        self.numbers += 1
        return f"N{self.numbers}"

    @rule(code=FUND, amount=AMOUNT)
    def receive(self, code, amount):
        fund = self.model[code]
        self.run(
            service.deposit(
                self.connection, COMMAND_LINE, fund_code=code, amount=amount, day=DAY, document_number=self.number()
            )
        )
        for field, part in fund.parts(amount).items():
            fund.figures["received"][field] += part
            fund.figures["free"][field] += part
        fund.history.append(("receive", fund.parts(amount)))

    def holding(self, figure):
        return [code for code, fund in self.model.items() if any(fund.figures[figure].values())]

    def about(self, data, figure, fund, fields):
        """Return mostly a possible amount, sometimes one rupiah too much."""
        held = sum(fund.figures[figure][field] for field in fields)
        return data.draw(st.integers(1, max(held, 1)) | st.just(held + 1) | st.just(max(held, 1)))

    def attempt(self, code, kind, moved, act):
        """Check that the act has the same result or refusal as the model."""
        fund = self.model[code]
        if moved is None:
            with self.refused(BudgetExceeded):
                self.run(act)
        else:
            self.run(act)
            fund.history.append((kind, moved))

    @precondition(lambda self: self.holding("free"))
    @rule(data=st.data())
    def commit(self, data):
        code = data.draw(st.sampled_from(self.holding("free")))
        fund = self.model[code]
        amount = self.about(data, "free", fund, fund.paying())
        moved = fund.move("free", "committed", amount, fund.paying())
        facts = {"fund_id": self.ids[code], "amount": amount, "day": DAY, "memo": "D"}
        self.attempt(code, "commit", moved, service.commit_decree(self.connection, COMMAND_LINE, **facts))

    @precondition(lambda self: self.holding("committed"))
    @rule(data=st.data())
    def release(self, data):
        code = data.draw(st.sampled_from(self.holding("committed")))
        fund = self.model[code]
        amount = self.about(data, "committed", fund, fund.fields)
        moved = fund.move("committed", "free", amount, sorted(fund.fields))
        facts = {"fund_id": self.ids[code], "amount": amount, "day": DAY, "decree_number": "D"}
        self.attempt(code, "release", moved, service.release_commitment(self.connection, COMMAND_LINE, **facts))

    @precondition(lambda self: self.holding("committed"))
    @rule(data=st.data())
    def bill(self, data):
        code = data.draw(st.sampled_from(self.holding("committed")))
        fund = self.model[code]
        amount = self.about(data, "committed", fund, fund.fields)
        moved = fund.move("committed", "payable", amount, sorted(fund.fields))
        facts = {"fund_id": self.ids[code], "amount": amount, "day": DAY, "billing_code": "B"}
        self.attempt(code, "bill", moved, service.post_bill(self.connection, COMMAND_LINE, **facts))

    @precondition(lambda self: self.holding("payable"))
    @rule(data=st.data())
    def pay(self, data):
        code = data.draw(st.sampled_from(self.holding("payable")))
        fund = self.model[code]
        amount = self.about(data, "payable", fund, fund.fields)
        moved = fund.move("payable", "paid", amount, sorted(fund.fields))
        document = self.run(
            service.keep_document(self.connection, kind="sp2d", number=self.number(), day=DAY, office_code="53.15")
        )
        facts = {"fund_id": self.ids[code], "amount": amount, "day": DAY, "billing_code": "B", "document_id": document}
        self.attempt(code, "pay", moved, service.post_payment(self.connection, COMMAND_LINE, **facts))

    @precondition(lambda self: any(fund.history for fund in self.model.values()))
    @rule(data=st.data())
    def reverse(self, data):
        code = data.draw(st.sampled_from([code for code in FUNDS if self.model[code].history]))
        fund = self.model[code]
        place = data.draw(st.integers(0, len(fund.history) - 1))
        kind, parts, *_ = fund.history[place]
        act = corrections.reverse(self.connection, self.by, fund_code=code, number=place + 1, day=DAY, reason="test")
        if kind not in ("receive", "release", "carry in", "carry out"):
            with self.refused(ReversalRefused):
                self.run(act)
            return
        if kind.startswith("carry"):
            self.reverse_carry(act, code, place)
            return
        into, sign = {"receive": "received", "release": "committed"}[kind], -1
        after = {field: fund.figures["free"][field] + sign * part for field, part in parts.items()}
        other = {
            field: fund.figures[into][field] + (sign if into != "committed" else -sign) * part
            for field, part in parts.items()
        }
        if min(after.values()) < 0 or (into == "committed" and min(other.values()) < 0):
            with self.refused(BudgetExceeded):
                self.run(act)
            return
        self.run(act)
        fund.figures["free"] |= after
        fund.figures[into] |= other
        fund.history[place] = ("reversed", parts)
        fund.history.append(("reverse", parts))

    def reverse_carry(self, act, code, place):
        """Reverse both halves, or none if the money is committed in the later fund."""
        parts, partner = self.model[code].history[place][1:]
        halves = {code: place, ("NEXT" if code == "TIED" else "TIED"): partner}
        source, target = self.model["TIED"], self.model["NEXT"]
        if any(target.figures["free"][field] < part for field, part in parts.items()):
            with self.refused(BudgetExceeded):
                self.run(act)
            return
        self.run(act)
        for field, part in parts.items():
            for fund, sign in ((source, 1), (target, -1)):
                fund.figures["free"][field] += sign * part
                fund.figures["carried"][field] += sign * part
        for half, at in halves.items():
            self.model[half].history[at] = ("reversed", parts)
            self.model[half].history.append(("reverse", parts))

    @rule()
    def carry(self):
        source, target = self.model["TIED"], self.model["NEXT"]
        act = corrections.carry_over(self.connection, self.by, from_code="TIED", to_code="NEXT", day=DAY)
        parts = {field: free for field, free in source.figures["free"].items() if free}
        if not parts:
            with self.refused(BudgetExceeded):
                self.run(act)
            return
        assert self.run(act) == parts
        for field, part in parts.items():
            source.figures["free"][field] -= part
            source.figures["carried"][field] -= part
            target.figures["free"][field] += part
            target.figures["carried"][field] += part
        places = len(source.history), len(target.history)
        source.history.append(("carry out", parts, places[1]))
        target.history.append(("carry in", parts, places[0]))

    @invariant()
    def both_say_the_same(self):
        if not hasattr(self, "loop"):
            return
        found = {(p.fund, p.field): p for p in self.run(service.positions(self.connection))}
        past = {(p.fund, p.field): p for p in self.run(service.positions(self.connection, as_of=DAY))}
        assert found == past
        for code, fund in self.model.items():
            for field in fund.fields:
                position = found.get((code, field))
                for name, figures in fund.figures.items():
                    assert (getattr(position, name) if position else 0) == figures[field], (code, field, name)
                assert (position.cash if position else 0) == sum(
                    fund.figures[name][field] for name in ("free", "committed", "payable")
                )


def test_the_books_agree_with_a_plain_model(database_url):
    books = type("TheBooks", (Books,), {"url": database_url})
    run_state_machine_as_test(
        books,
        settings=settings(
            max_examples=50,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.generate],
        ),
    )
