"""What the window notices of 200 callers that stream through the local endpoint at once."""

from __future__ import annotations

import harness
from harness import Row

TITLE = "Callers take none of the window's time"
CHILD = str(harness.HERE / "endpoint_child.py")
CALLERS, TOKENS, RATE = 200, 300, 50
FRAME_MS = 16.7
GROWTH = 0.05


def measure() -> list[Row]:
    """One fresh window; its longest turn in CPU time, and how many callers got everything."""
    words = (str(number) for number in (CALLERS, TOKENS, RATE))
    found = harness.run(harness.python(CHILD, "window", *words), environment={"QT_QPA_PLATFORM": "offscreen"}).report
    complete, longest = int(found["complete"]), found["longest"]
    what = f"{CALLERS} callers, {RATE} tokens/s each"
    start, first, *_, last = found["memory"]
    times = len(found["memory"]) - 1
    return [
        *(
            Row(
                f"{what}: memory of the {name}, before them, after the first time, after the last of {times}",
                "-",
                f"{start[place]:.0f}, {first[place]:.0f}, {last[place]:.0f} MB",
                f"+{last[place] / first[place] - 1:.0%}",
                f"at most +{GROWTH:.0%} after the first time",
                last[place] / first[place] - 1 <= GROWTH,
            )
            for place, name in enumerate(("serving process", "window"))
        ),
        Row(f"{what}: complete", f"{CALLERS}", f"{complete}", "-", "all", complete == CALLERS),
        Row(f"{what}: longest turn, CPU", "-", f"{longest:.1f} ms", "-", f"at most {FRAME_MS} ms", longest <= FRAME_MS),
    ]
