"""Desktop Chat: a native desktop client for any OpenAI-compatible model."""

__version__ = "0.1.0"

APP_ID = "io.github.desktop_chat.DesktopChat"
"""Identifies the application to the operating system: keyring service and desktop entry."""

HOME_PAGE = "https://github.com/desktop-chat/desktop-chat"
"""The project's home page; releases are below /releases."""

NEWEST_VERSION_URL = "https://desktop-chat.github.io/desktop-chat/newest.json"
"""Queried for the newest version, if the user enabled that: {"version": "1.2.3"}."""

HIGHLIGHT_WORD = "--highlight-helper"
"""The only argument of the helper process that highlights code."""

DOCUMENT_WORD = "--document-helper"
"""The only argument of the helper process that reads attached documents."""

EXPORT_WORD = "--export-helper"
"""The only argument of the helper process that exports for the window."""

IMPORT_WORD = "--import-helper"
"""The only argument of the helper process that imports for the window."""
