"""A server in this process, and laptops that it leads to: the same as the tests of sync use."""

from tests.sync.conftest import near, road

__all__ = ["near", "road"]
