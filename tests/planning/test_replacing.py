"""What is replaced in which year."""

from datetime import date

import pytest

from techdesk.models.queries.models import ModelLine
from techdesk.models.queries.standardising import Ageing
from techdesk.planning.replacing import due_day, plan, price

TODAY = date(2026, 11, 23)


def line(standing: str = "standard", expiry: str | None = None) -> ModelLine:
    return ModelLine("m", "Book", None, None, "laptop", standing, expiry, 9, 9, 0, 0.0, 0, 0)


@pytest.mark.parametrize(
    ("bought", "warranty", "model", "day", "reason"),
    [
        ("2024-11-23", None, line(), "2029-11-23", "age"),
        ("2024-11-23", "2031-01-31", line(), "2031-01-31", "age"),
        ("2024-11-23", None, line(expiry="2028-06-30"), "2028-06-30", "updates"),
        ("2025-11-23", "2027-03-01", line("retiring"), "2027-03-01", "standing"),
        ("2025-11-23", None, line("retiring"), "2026-11-23", "standing"),
        ("2015-01-01", None, line("retiring", "2020-01-01"), "2020-01-01", "updates"),
        (None, None, line(expiry="2028-06-30"), "2028-06-30", "updates"),
    ],
)
def test_a_device_is_due_at_the_earliest_of_updates_age_and_standing(
    bought: str | None, warranty: str | None, model: ModelLine, day: str, reason: str
) -> None:
    found = due_day(Ageing("m", bought, warranty, 1, None), model, TODAY, 5.0)
    assert found is not None and (found.day.isoformat(), found.reason) == (day, reason)


def test_without_a_date_nobody_knows_when() -> None:
    assert due_day(Ageing("m", None, "2027-01-01", 1, None), line(), TODAY, 5.0) is None


def test_years_have_their_devices_cost_and_reasons() -> None:
    prices = [("laptop", "standard", "2025-09-01", 400.0), ("laptop", "standard", "2026-09-01", 500.0),
              ("laptop", "standard", "2015-09-01", 900.0), ("laptop", "tolerated", "2026-09-01", 9.0)]  # fmt: skip
    devices = [Ageing("m", "2010-01-01", None, 3, None), Ageing("m", "2022-06-01", None, 2, 80.0),
               Ageing("m", None, None, 4, None), Ageing(None, "2023-06-01", None, 1, None)]  # fmt: skip
    years = plan([line()], devices, prices, TODAY)
    assert [(each.year, each.devices, each.cost, each.without_price) for each in years] == [
        (2026, 3, 1350.0, 0), (2027, 2, 900.0, 0), (2028, 1, 0.0, 1), (None, 4, 1800.0, 0),
    ]  # fmt: skip
    assert (years[0].reasons, years[0].models, years[3].reasons) == ({"age": 3}, [("Book", 3)], {})


def test_a_price_is_that_of_standard_models_before_that_of_others() -> None:
    assert price("laptop", [("laptop", "tolerated", None, 9.0)], TODAY) == 9.0
    assert price("laptop", [("laptop", "tolerated", None, 9.0), ("laptop", "standard", None, 5.0)], TODAY) == 5.0
    assert price(None, [(None, "standard", None, 5.0)], TODAY) is None
