"""The SDK's types are read when they are used, and a request uses none of them."""

from __future__ import annotations

import subprocess
import sys

import pytest

RUN = """
import sys
from desktop_chat.services.provider import sdk

context = sdk._context_after_first_request()
read = [name for name in sys.modules if name.startswith("openai.types.")]
assert len(read) < 120, read
assert "openai.types.responses.response" not in sys.modules
"""
"""A process of its own: here, other tests may have imported all of it."""


@pytest.mark.thorough
@pytest.mark.parametrize(
    "use",
    [
        "from openai.types.responses import Response; assert Response.model_fields",
        "import openai; assert openai.types.responses.Response.model_fields",
        "import openai; assert openai.types.Batch.model_fields",
        "import openai.types.responses.response as response; assert response.Response.model_fields",
        "import openai.types; assert not hasattr(openai.types, 'NoSuchType')",
        "from openai import AsyncOpenAI; assert AsyncOpenAI(api_key='none').chat.completions.create",
        "from openai.types import *; assert Batch",
    ],
)
def test_a_request_reads_hardly_any_and_each_is_there_when_it_is_asked_for(use: str) -> None:
    done = subprocess.run([sys.executable, "-c", f"{RUN}\n{use}"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_two_threads_that_ask_at_once_both_find_it() -> None:
    use = """
import threading
import openai
found = []
ask = lambda: found.append(openai.types.responses.Response)
threads = [threading.Thread(target=ask) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
assert len(found) == 8 and len(set(found)) == 1
"""
    done = subprocess.run([sys.executable, "-c", f"{RUN}\n{use}"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
