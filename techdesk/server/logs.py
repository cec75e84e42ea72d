"""The server's log on stderr: lines for people, or one JSON object a line for programs."""

import json
import logging
import sys
from datetime import UTC, datetime

from techdesk import clock
from techdesk.errors import BadInput

FORMS = ("text", "json")


class JsonLines(logging.Formatter):
    """{at, level, logger, message}, the fields of a request, and the traceback of a failure."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": clock.moment(datetime.fromtimestamp(record.created, UTC)),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "request", {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def begin(form: str) -> None:
    """Sends every log record to stderr in that form. Raises BadInput."""
    if form not in FORMS:
        raise BadInput(f"The log's form is '{form}': it must be one of {', '.join(FORMS)}.")
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        JsonLines() if form == "json" else logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s")
    )
    logging.basicConfig(level=logging.INFO, handlers=[handler])
