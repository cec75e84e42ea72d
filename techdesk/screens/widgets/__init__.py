"""Widgets of our own. They know neither the store nor the domain; screens give them functions."""
