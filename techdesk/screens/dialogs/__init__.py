"""Dialogs: where words are needed. Each can be left with Esc and found again as it was."""
