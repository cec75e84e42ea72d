"""The far end: the HTTP API, central storage and enrolment."""
