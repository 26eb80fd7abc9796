"""Each name is given once. claim() says whether the caller has got it."""


class Names:
    def __init__(self) -> None:
        self.owners: dict[str, str] = {}

    def claim(self, name: str, owner: str) -> bool:
        if name in self.owners:
            return False
        self.owners[name] = owner
        return True
