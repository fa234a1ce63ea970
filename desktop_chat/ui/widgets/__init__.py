"""General widgets and helpers, independent of chats (except the state marks): inputs, popups, menus,
notices and asynchronous dialogs."""
