"""The window around the chats: sidebar, tabs, commands, and what it tells in passing."""
