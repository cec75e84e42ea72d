"""What may be done: the domain's commands and their handlers. Pure: they see a Tx, never a database or a screen."""
