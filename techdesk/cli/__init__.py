"""The shell's door: parse, one command, one service, print. No rules live here."""
