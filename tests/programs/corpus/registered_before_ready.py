"""A constructor registers its object before it sets an attribute that readers use."""

KIND = "unsafe publication"


class Bad:
    class Plugin:
        def __init__(self, registry):
            registry.append(self)
            self.name = "spell check"

    def __init__(self):
        self.registry = []
        self.names = []

    def one(self):
        self.Plugin(self.registry)

    def two(self):
        for plugin in self.registry:
            self.names.append(plugin.name)

    def check(self):
        assert self.names in ([], ["spell check"])


class Fixed(Bad):
    class Plugin:
        def __init__(self, registry):
            self.name = "spell check"
            registry.append(self)
