"""What travels between a laptop and the server: operations out, the server's log back."""
