"""techdesk: tickets, visits, spares and devices for technicians who visit schools."""

__version__ = "0.1.0"
