"""Two transfers in opposite directions, each under the locks of both accounts."""

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


class Watched(Account):
    """An account that fails where its balance changes while a lock of `both` is free."""

    both: tuple["Watched", ...] = ()

    def __setattr__(self, name: str, value: object) -> None:
        for account in self.both if name == "balance" else ():
            held = account.lock.locked()
            assert held, f"account {self.number} changes, and the lock of {account.number} is free"
        super().__setattr__(name, value)


def test_both_locks_are_held() -> None:
    one, two = Watched(1, 100), Watched(2, 100)
    one.both = two.both = one, two
    transfer(one, two, 10)
