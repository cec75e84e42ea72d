"""Reads: SQL in, rows out, a page at a time. One module an area; each function takes a connection and never writes."""
