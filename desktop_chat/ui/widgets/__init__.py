"""Widgets and helpers that know nothing of a chat: inputs, popups, menus, notices, asynchronous dialogs."""
