"""Two transfers in opposite directions."""

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
