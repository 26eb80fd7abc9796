"""Two transfers in opposite directions; whoever holds both locks sees no money missing."""

from ex06_deadlock import Account, transfer
from together import together


def test_transfers_in_both_directions() -> None:
    one, two = Account(1, 100), Account(2, 100)

    def there() -> None:
        transfer(one, two, 10)

    def back() -> None:
        transfer(two, one, 30)

    together(there, back)
    balances = [one.balance, two.balance]
    assert balances == [120, 80], f"the balances must be [120, 80], and are {balances}"


def test_no_money_is_missing_meanwhile() -> None:
    one, two = Account(1, 100), Account(2, 100)

    def there() -> None:
        transfer(one, two, 10)

    def audit() -> None:
        with one.lock:
            if two.lock.acquire(blocking=False):  # never waits, so it fits any order of locks
                total = one.balance + two.balance
                two.lock.release()
                assert total == 200, f"the two accounts must have 200, and have {total}"

    together(there, audit)
