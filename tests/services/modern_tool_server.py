"""A tool server made with today's mcp, which speaks the newest protocol."""

from __future__ import annotations

from mcp.server.mcpserver import Context, MCPServer

server = MCPServer("modern")


@server.tool()
def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


@server.tool()
async def grow(ctx: Context) -> str:
    """Add a tool, and say so."""
    server.add_tool(lambda: "new", name="added", description="A new tool.")
    await ctx.notify_tools_changed()
    return "grown"


server.run()
