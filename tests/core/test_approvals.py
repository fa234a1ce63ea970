"""Which tool calls run without asking, and for how long."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desktop_chat.core.approvals import Approvals
from desktop_chat.core.settings import Preferences, Settings
from desktop_chat.core.tools import Approval, Tool

READ = Tool("files_read", "files", "read", "Reads a file.", {}, "abc")


@pytest.fixture
def preferences() -> Preferences:
    return Preferences(Settings())


@pytest.mark.parametrize("approval", [Approval.ONCE, Approval.REFUSE])
def test_a_decision_about_one_call_is_for_no_other(preferences: Preferences, approval: Approval) -> None:
    approvals = Approvals(preferences)
    assert not approvals.allows(READ, "c")
    approvals.remember(READ, "c", approval)
    assert not approvals.allows(READ, "c")


def test_a_permission_for_a_conversation_is_in_memory_only(preferences: Preferences) -> None:
    approvals = Approvals(preferences)
    approvals.remember(READ, "c", Approval.CONVERSATION)
    assert approvals.allows(READ, "c")
    assert not approvals.allows(READ, "other")
    assert not Approvals(preferences).allows(READ, "c")
    assert preferences.settings == Settings()


def test_a_permission_for_ever_is_in_the_settings(preferences: Preferences) -> None:
    Approvals(preferences).remember(READ, "c", Approval.ALWAYS)
    assert preferences.settings.always_allowed == (("files/read", "abc"),)
    assert Approvals(preferences).allows(READ, "other")
    preferences.update(always_allowed=())
    assert not Approvals(preferences).allows(READ, "other")


@pytest.mark.parametrize("approval", [Approval.CONVERSATION, Approval.ALWAYS])
def test_a_tool_that_is_described_differently_is_another_tool(preferences: Preferences, approval: Approval) -> None:
    approvals, changed = Approvals(preferences), replace(READ, fingerprint="def")
    approvals.remember(READ, "c", approval)
    assert not approvals.allows(changed, "c")
    approvals.remember(changed, "c", approval)
    assert approvals.allows(changed, "c")
    assert len(preferences.settings.always_allowed) == (approval is Approval.ALWAYS), "only the last description"


def test_only_built_in_tools_are_safe_by_name() -> None:
    preferences = Preferences(Settings(safe_tools=("/calculate", "files/read")))
    approvals = Approvals(preferences)
    built_in = Tool("calculate", "", "calculate", "Calculates.", {}, "1")
    assert approvals.allows(built_in, "c")
    assert not approvals.allows(READ, "c"), "its server may change what it does"
    preferences.update(safe_tools=())
    assert not approvals.allows(built_in, "c")


def test_tools_that_only_compute_are_safe_at_first() -> None:
    assert Settings().safe_tools == ("/current_time", "/calculate")
