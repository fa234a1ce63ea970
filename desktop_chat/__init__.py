"""Desktop Chat: a native desktop client for any OpenAI-compatible model."""

__version__ = "0.1.0"

APP_ID = "io.github.desktop_chat.DesktopChat"
"""Names the application to the operating system: keyring service, desktop entry, single-instance lock."""
