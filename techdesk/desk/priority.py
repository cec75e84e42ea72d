"""Priority = impact x urgency, by a published matrix."""

from techdesk.desk.checks import whole

IMPACTS = {1: "whole school", 2: "several classes or a service", 3: "one class", 4: "one person"}
URGENCIES = {1: "work stopped or safeguarding", 2: "badly hindered", 3: "inconvenient", 4: "whenever"}

# Rows are impact 1 to 4, columns urgency 1 to 4.
MATRIX = (
    (1, 1, 2, 3),
    (1, 2, 3, 4),
    (2, 3, 4, 5),
    (3, 4, 5, 5),
)


def priority(impact: int, urgency: int) -> int:
    """Priority 1 to 5 from impact and urgency 1 to 4. Raises BadInput outside of them."""
    return MATRIX[whole(impact, "The impact", 1, 4) - 1][whole(urgency, "The urgency", 1, 4) - 1]
