"""Reading and writing traces, as the Recommendation of W3C Trace Context has them."""

from __future__ import annotations

import random
import re

import pytest
from kryten_protocol import read_trace, trace_headers
from kryten_protocol.runtime.observe.trace import child_of, new_trace

EXAMPLE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
DIGITS = "0123456789abcdef"


def is_allowed(text: str) -> bool:
    """What the standard says of a `traceparent`, position by position."""
    version, trace_id, span_id, flags = text[:2], text[3:35], text[36:52], text[53:55]
    dashes = all(text[position : position + 1] == "-" for position in (2, 35, 52))
    digits = all(character in DIGITS for character in version + trace_id + span_id + flags)
    if len(text) < 55 or not dashes or not digits or version == "ff":
        return False
    if trace_id == "0" * 32 or span_id == "0" * 16:
        return False
    return len(text) == 55 or (version != "00" and text[55] == "-")


def parent(chance: random.Random) -> str:
    """One that is often allowed."""

    def digits(length: int) -> str:
        return "".join(chance.choices(DIGITS, k=length))

    version = chance.choice(["00", "00", digits(2)])
    trace_id, span_id = (
        chance.choice([digits(32), digits(32), "0" * 32]),
        chance.choice([digits(16), digits(16), "0" * 16]),
    )
    more = chance.choice(["", "", "", "-", "-more", "more"])
    return f"{version}-{trace_id}-{span_id}-{digits(2)}{more}"


def mutated(chance: random.Random, text: str) -> str:
    """The same with one character changed, added or left out."""
    position = chance.randrange(60)
    other = chance.choice(["", "-", "0", "A", "g", " ", "\n", "\u00b2", "\u0661", "00"])
    return text[:position] + other + text[position + 1 :]


def test_a_traceparent_is_read_when_the_standard_allows_it_and_only_then_and_written_so_that_it_is_read_as_it_was() -> (
    None
):
    chance, allowed = random.Random(1), 0
    for _ in range(20_000):
        text = parent(chance) if chance.random() < 0.5 else mutated(chance, parent(chance))
        trace = read_trace({"traceparent": text})
        assert (trace is not None) == is_allowed(text), text
        if trace is None:
            continue
        allowed += 1
        assert (trace.trace_id, trace.span_id, trace.parent_id) == (text[3:35], text[36:52], None)
        assert trace.sampled == (int(text[53:55], 16) % 2 == 1)
        assert trace_headers(trace) == {"traceparent": f"00-{text[3:52]}-0{int(trace.sampled)}"}
        assert read_trace(trace_headers(trace)) == trace
    assert 1_000 < allowed < 19_000


@pytest.mark.parametrize("name", ["traceparent", "Traceparent", "TRACEPARENT", "traceParent"])
def test_a_traceparent_may_be_spelt_in_upper_and_lower_case(name: str) -> None:
    trace = read_trace({name: EXAMPLE})
    assert trace is not None
    assert trace.sampled


def test_a_traceparent_counts_for_nothing_when_it_is_there_twice() -> None:
    assert read_trace({"traceparent": EXAMPLE, "Traceparent": EXAMPLE}) is None
    assert read_trace({}) is None
    assert read_trace(None) is None


def state_of(*texts: str) -> str | None:
    names = ("tracestate", "Tracestate")
    trace = read_trace({"traceparent": EXAMPLE, **dict(zip(names, texts, strict=False))})
    assert trace is not None
    assert trace.trace_id == EXAMPLE[3:35]
    return trace.state


def test_a_tracestate_is_carried_on_but_for_space_around_its_members_and_those_that_say_nothing() -> None:
    assert state_of("congo=t61rcWkgMzE,rojo=00f067aa0ba902b7") == "congo=t61rcWkgMzE,rojo=00f067aa0ba902b7"
    assert state_of("a=1,, \t,b=2,") == "a=1,b=2"
    assert state_of("a=1 ", "\tb= 2") == "a=1,b= 2"
    assert state_of(",".join(f"k{number}=1" for number in range(32))) is not None


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        ",",
        "a",
        "a=",
        "=1",
        "A=1",
        "-a=1",
        "a=1,a=2",
        "a=b=c",
        "a=\u00e9",
        "a=1;b\u007f",
        "a=1\n",
        f"{'k' * 257}=1",
        f"a={'v' * 257}",
        ",".join(f"k{number}=1" for number in range(33)),
    ],
)
def test_a_tracestate_that_is_not_allowed_is_left_out_and_takes_nothing_from_the_trace(text: str) -> None:
    assert state_of(text) is None


def test_a_tracestate_is_not_looked_at_without_a_traceparent() -> None:
    assert read_trace({"tracestate": "a=1"}) is None


def test_a_new_trace_has_ids_of_its_own_that_the_standard_allows_and_so_have_its_children() -> None:
    traces = [new_trace(sampled=False) for _ in range(1000)]
    for trace in traces:
        assert is_allowed(trace_headers(trace)["traceparent"])
        child = child_of(trace)
        assert (child.trace_id, child.parent_id, child.sampled) == (trace.trace_id, trace.span_id, False)
        assert re.fullmatch("[0-9a-f]{16}", child.span_id)
    assert len({trace.trace_id for trace in traces}) == len({trace.span_id for trace in traces}) == 1000
