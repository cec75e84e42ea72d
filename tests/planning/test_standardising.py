"""The way to few models."""

from techdesk.models.queries.models import ModelLine
from techdesk.models.queries.standardising import Held
from techdesk.planning.standardising import odd_models, reduce_to


def line(id: str, devices: int, standing: str = "tolerated", category: str = "laptop") -> ModelLine:
    return ModelLine(id, id, None, None, category, standing, None, devices, 100, 0, 0.0, 0, 0)


def part(sku: str, value: float, *models: str, target: float = 0.0) -> Held:
    return Held(sku, sku, sku, frozenset(models), 1, value, target, 1)


FLEET = [line("good", 50, "standard"), line("a", 10), line("b", 2), line("c", 5), line("gone", 0)]


def test_an_odd_model_forces_the_parts_that_fit_nothing_else_in_use() -> None:
    parts = [part("X", 30, "a", target=40), part("Y", 20, "a", "gone"), part("Z", 99, "a", "good")]
    odd = {each.model.id: each for each in odd_models(FLEET, parts)}
    assert set(odd) == {"a", "b", "c"}
    assert ([each.sku for each in odd["a"].parts], odd["a"].value, odd["a"].target) == (["X", "Y"], 50, 40)
    assert odd["b"].parts == []


def test_the_model_that_frees_most_for_each_device_goes_first_and_shared_parts_go_with_the_last() -> None:
    parts = [part("X", 60, "a"), part("Y", 30, "b"), part("S", 100, "b", "c")]
    steps = reduce_to(FLEET, parts, 1)
    assert [(each.model.id, each.freed, each.models) for each in steps] == [("b", 30, 3), ("c", 100, 2), ("a", 60, 1)]
    assert (steps[-1].all_freed, steps[-1].all_devices) == (190, 17)
    assert [each.model.id for each in reduce_to(FLEET, parts, 3)] == ["b"]


def test_standard_models_and_the_last_of_a_category_stay() -> None:
    fleet = [line("good", 50, "standard"), line("only", 3, category="projector"), line("other", 1)]
    assert [each.model.id for each in reduce_to(fleet, [], 1)] == ["other"]
