"""Desktop Chat: a native desktop client for any OpenAI-compatible model."""

__version__ = "0.1.0"

APP_ID = "io.github.desktop_chat.DesktopChat"
"""Identifies the application to the operating system: keyring service and desktop entry."""

HELPER_WORD = "--highlight-helper"
"""The only argument of the helper process that highlights code."""
