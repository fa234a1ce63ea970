"""The limiter of a batch, on a clock that only the test moves, against a server that allows so much and no more."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field

import pytest

from desktop_chat.core.batch_limiter import FIRST_AT_ONCE, LONGEST_PAUSE_S, BatchLimiter


@dataclass
class Clock:
    now: float = 1_000.0

    def __call__(self) -> float:
        return self.now


def started(limiter: BatchLimiter) -> float:
    assert limiter.wait_s() == 0.0
    return limiter.start()


def answered(limiter: BatchLimiter) -> None:
    limiter.end()
    limiter.succeed()


def refused(limiter: BatchLimiter, at: float, retry_after_s: float | None = None) -> None:
    limiter.end()
    limiter.refuse(at, retry_after_s)


def test_the_number_at_once_doubles_with_each_round_up_to_the_limit() -> None:
    limiter = BatchLimiter(20, 0, Clock())
    assert limiter.at_once == FIRST_AT_ONCE
    for expected in (8, 16, 20):
        running = [started(limiter) for _ in range(limiter.at_once)]
        assert limiter.wait_s() is None
        for _ in running:
            answered(limiter)
        assert limiter.at_once == expected


def test_one_429_halves_and_those_of_the_same_moment_change_nothing() -> None:
    clock = Clock()
    limiter = BatchLimiter(64, 0, clock)
    for _ in range(12):
        started(limiter)
        answered(limiter)
    at_once = limiter.at_once
    assert at_once == 16
    begun = [started(limiter) for _ in range(at_once)]
    clock.now += 1
    for at in begun:
        refused(limiter, at)
    assert limiter.at_once == at_once // 2
    assert limiter.refusals == 1


def test_the_server_says_how_long_all_of_the_run_waits() -> None:
    clock = Clock()
    limiter = BatchLimiter(8, 0, clock)
    first, second = started(limiter), started(limiter)
    refused(limiter, first, 7.0)
    assert limiter.wait_s() == 7.0
    refused(limiter, second, 9.0)  # of the same moment, but it knows better
    assert limiter.wait_s() == 9.0
    clock.now += 9
    assert limiter.wait_s() == 0.0


def test_pauses_double_until_an_answer() -> None:
    clock = Clock()
    limiter = BatchLimiter(8, 0, clock)
    waits = []
    for _ in range(8):
        at = started(limiter)
        clock.now += 0.1
        refused(limiter, at)
        waits.append(limiter.wait_s())
        clock.now += waits[-1] or 0
    assert waits == pytest.approx([1, 2, 4, 8, 16, 32, LONGEST_PAUSE_S, LONGEST_PAUSE_S])
    started(limiter)
    answered(limiter)
    clock.now += 60
    at = started(limiter)
    clock.now += 0.1
    refused(limiter, at)
    assert limiter.paused_until - clock.now == pytest.approx(1)


def test_a_rate_is_kept_exactly_however_late_the_loop_is() -> None:
    clock = Clock()
    limiter = BatchLimiter(100, 60, clock)
    starts = []
    while len(starts) < 60:
        wait = limiter.wait_s()
        assert wait is not None
        clock.now += wait + 0.02  # the loop wakes up late
        starts.append(limiter.start())
        answered(limiter)
    assert 59 <= starts[-1] - starts[0] < 62


def test_a_server_that_fails_slows_the_run_down_without_a_pause() -> None:
    limiter = BatchLimiter(8, 0, Clock())
    at = started(limiter)
    limiter.end()
    limiter.strain(at)
    assert limiter.at_once == FIRST_AT_ONCE // 2
    assert limiter.wait_s() == 0.0


@dataclass
class Bucket:
    """A server that takes `per_minute` requests in each minute, and answers 429 to all others."""

    per_minute: int
    tells: bool
    used: dict[int, int] = field(default_factory=dict)

    def retry_after(self, now: float) -> float | None:
        minute = int(now // 60)
        self.used[minute] = self.used.get(minute, 0) + 1
        if self.used[minute] <= self.per_minute:
            return None
        return 60 - now % 60 if self.tells else -1.0


@pytest.mark.parametrize("tells", [True, False])
@pytest.mark.parametrize("per_minute", [30, 600, 6_000])
def test_a_limit_of_the_server_is_used_but_never_stormed(per_minute: int, tells: bool) -> None:
    """Ten minutes against a server that allows so many requests a minute: most of them are used, and not more are
    refused than one round of requests in each minute."""
    clock, server = Clock(1_200.0), Bucket(per_minute, tells)
    limiter = BatchLimiter(64, 0, clock)
    running: list[tuple[float, float]] = []
    good = bad = 0
    while clock.now < 1_800:
        wait = limiter.wait_s()
        if wait == 0:
            at = limiter.start()
            heapq.heappush(running, (at + 0.5, at))
        elif running and (wait is None or running[0][0] <= clock.now + wait):
            clock.now, at = heapq.heappop(running)
            limiter.end()
            after = server.retry_after(at)
            if after is None:
                good += 1
                limiter.succeed()
            else:
                bad += 1
                limiter.refuse(at, after if after >= 0 else None)
        else:
            assert wait is not None
            clock.now += wait
    assert good >= 0.55 * 10 * per_minute, (good, bad)
    assert bad <= 10 * 64, (good, bad)
