"""General widgets and helpers, independent of chats: inputs, popups, menus, notices and asynchronous dialogs."""
