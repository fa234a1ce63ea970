"""What the window notices of 200 callers that stream through the local endpoint at once."""

from __future__ import annotations

import harness
from harness import Row

TITLE = "Callers take none of the window's time"
CHILD = str(harness.HERE / "endpoint_child.py")
CALLERS, TOKENS, RATE = 200, 500, 50
FRAME_MS = 16.7


def measure() -> list[Row]:
    """One fresh window; its longest turn in CPU time, and how many callers got everything."""
    words = (str(number) for number in (CALLERS, TOKENS, RATE))
    found = harness.run(harness.python(CHILD, "window", *words), environment={"QT_QPA_PLATFORM": "offscreen"}).report
    complete, longest = int(found["complete"]), found["longest"]
    what = f"{CALLERS} callers, {RATE} tokens/s each"
    return [
        Row(f"{what}: complete", f"{CALLERS}", f"{complete}", "-", "all", complete == CALLERS),
        Row(f"{what}: longest turn, CPU", "-", f"{longest:.1f} ms", "-", f"at most {FRAME_MS} ms", longest <= FRAME_MS),
    ]
