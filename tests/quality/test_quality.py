"""`make quality` measures against labels by hand, and the texts that rules were tuned on keep their marks."""

import pytest

from generator.engines.rules import RulesEngine
from quality.__main__ import PAGE
from quality.labels import HERE, Label, Limit, labelled_texts
from quality.matching import matches
from quality.measures import measure
from quality.quantities import points_hit, quantities
from quality.table import table
from quality.writing import written

TEXTS = {text.name: text for text in labelled_texts(HERE / "nowhere")}
OPEN = [name for name, text in TEXTS.items() if not text.sealed]


def test_six_texts_are_there_and_two_of_them_are_sealed():
    assert len(TEXTS) == 6
    assert len(OPEN) == 4


@pytest.mark.parametrize("name", OPEN)
def test_every_statement_is_found_covered_and_quoted_and_every_limit_has_its_points(name):
    result = measure(TEXTS[name], written(RulesEngine(), TEXTS[name].text))

    assert result.found[0] == result.found[1]
    assert result.covered[0] == result.covered[1]
    assert result.literal[0] == result.literal[1]
    assert result.points[0] == result.points[1]
    assert result.asked[0] == result.asked[1]
    assert (result.duplicates, result.paraphrases, result.unverifiable, result.empty) == (0, 0, 0, 0)


def test_the_same_text_gives_the_same_cases():
    text = TEXTS[OPEN[0]].text

    assert written(RulesEngine(), text) == written(RulesEngine(), text)


@pytest.mark.parametrize(
    ("said", "hit"),
    [
        ("4 MB, 5 MB and 6 MB", 3),
        ("4096 KB and 5 MB", 2),
        ("4 minutes, 5 minutes, 6 minutes", 0),
        ("15 MB and 5.0 MB", 1),
    ],
)
def test_a_point_counts_in_its_own_kind_of_quantity_only(said, hit):
    limit = Limit("5 MB", "size", "5", "MB", "1")

    assert points_hit(limit, list(quantities(said))) == hit


def test_an_item_over_two_statements_finds_neither_of_them():
    text = TEXTS[OPEN[0]].text
    items = written(RulesEngine(), text).items
    item = next(iter(items.values()))
    middle = (item.span.start + item.span.end) // 2
    halves = (Label(item.span.start, middle, False, ()), Label(middle, item.span.end, False, ()))

    assert matches(halves, {"R1": item}).found == (False, False)


def test_the_page_shows_the_measures_of_every_text():
    page = PAGE.read_text(encoding="utf-8")

    assert all(name in page for name in TEXTS)
    assert table([]).splitlines()[0] in page
