"""The attacks by name, a second each: the attacker is cut off or costs next to nothing, memory stays
bounded, and a polite client beside it notices nothing. `Tests/Resilience/attacks.py` takes longer."""

import unittest

from siege import EVERY_ATTACK, besiege, polite_client

SECONDS = 1


class Attacks(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.client = cls.enterClassContext(polite_client())

    def contained(self, name):
        siege = besiege(name, SECONDS, self.client)
        self.assertEqual(siege.shortfalls(), [])


def _named(name):
    return lambda self: self.contained(name)


for _name in EVERY_ATTACK:
    setattr(Attacks, f"test_{_name}", _named(_name))
