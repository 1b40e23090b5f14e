"""Costs of mistakes: what is likely costs less."""

import pytest

from search.suggest.slips import slip_cost, sound


@pytest.mark.parametrize(
    ("word", "candidate", "cost"),
    [
        pytest.param("robtos", "robots", 2.25, id="swapped letters"),
        pytest.param("comming", "coming", 2.25, id="a doubled letter"),
        pytest.param("filing", "filling", 2.25, id="a letter not doubled"),
        pytest.param("robpts", "robots", 2.5, id="a neighbouring key"),
        pytest.param("rebots", "robots", 2.5, id="a vowel"),
        pytest.param("robotiks", "robotics", 2.5, id="a letter of the same sound"),
        pytest.param("kopilot", "copilot", 2.5, id="a first letter of the same sound"),
        pytest.param("sever", "server", 3.0, id="a missing letter"),
        pytest.param("robqots", "robots", 4.0, id="another letter more"),
        pytest.param("robozts", "robots", 4.0, id="a letter more that is no neighbour"),
        pytest.param("robiots", "robots", 3.0, id="a neighbouring key more"),
        pytest.param("slack", "stack", 4.0, id="an unrelated letter"),
        pytest.param("nicrosoft", "microsoft", 4.0, id="a first letter"),
        pytest.param("obots", "robots", 4.5, id="a missing first letter"),
    ],
)
def test_cost_of_one_slip(word: str, candidate: str, cost: float) -> None:
    assert slip_cost(word, candidate, 1) == cost


@pytest.mark.parametrize(
    ("word", "candidate", "cost"),
    [
        pytest.param("commingg", "coming", 4.5, id="two doubled letters"),
        pytest.param("vehical", "vehicle", 4.0, id="the same sound"),
        pytest.param("kwantum", "quantum", 4.0, id="the same sound from the first letter"),
        pytest.param("detecsoon", "detection", 6.5, id="an unrelated letter and a vowel"),
        pytest.param("starlink", "starting", 8.0, id="unrelated letters"),
        pytest.param("detetin", "detection", 7.0, id="two letters missing"),
        pytest.param("mobileye", "mobile", 7.0, id="two letters more"),
        pytest.param("election", "detection", 7.5, id="another beginning"),
    ],
)
def test_cost_of_two_slips(word: str, candidate: str, cost: float) -> None:
    assert slip_cost(word, candidate, 2) == cost


@pytest.mark.parametrize(
    ("word", "other"),
    [("fishing", "phishing"), ("nitting", "knitting"), ("artifishal", "artificial"), ("sekurity", "security"),
     ("klinic", "clinic"), ("informasion", "information"), ("dizzy", "dissi")],
)  # fmt: skip
def test_words_that_sound_alike(word: str, other: str) -> None:
    assert sound(word) == sound(other)


@pytest.mark.parametrize(("word", "other"), [("stack", "slack"), ("train", "trail"), ("gas", "cars")])
def test_words_that_sound_different(word: str, other: str) -> None:
    assert sound(word) != sound(other)
