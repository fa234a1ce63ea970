"""Words for tools, tool servers and what went wrong with them."""

from __future__ import annotations

from desktop_chat.core.tool_server_import import ImportProblem
from desktop_chat.core.tool_servers import ServerFailure, ServerState, ServerStatus
from desktop_chat.core.tools import Tool
from desktop_chat.ui.text.connection_text import shown_host
from desktop_chat.ui.text.translation import tr


def tool_name(tool: Tool) -> str:
    """Return a tool's name as people read it: that of a built-in one is translated."""
    return built_in_name(tool.id) or tool.own_name


def allowed_name(tool_id: str) -> str:
    """Return what an id in the list of what is always allowed stands for: a tool, or the web pages of a site."""
    server, _, name = tool_id.partition("/")
    if server:
        return tr("{name} of {server}", name=name, server=server)
    built_in, _, host = tool_id.partition(" ")
    return tr("Web pages of {site}", site=shown_host(host)) if host else built_in_name(built_in) or name


def built_in_name(tool_id: str) -> str:
    """Return the translated name of a built-in tool; empty for others."""
    names = {
        "/current_time": tr("Current time"),
        "/calculate": tr("Calculator"),
        "/fetch_page": tr("Read a web page"),
        "/read_file": tr("Read a file"),
        "/list_folder": tr("List a folder"),
        "/run_python": tr("Run Python in a sandbox"),
    }
    return names.get(tool_id, "")


def built_in_text(tool_id: str) -> str:
    """Say what a built-in tool does; empty for others."""
    texts = {
        "/current_time": tr("Date, time and time zone."),
        "/calculate": tr("Arithmetic, without running any code."),
        "/fetch_page": tr("Pages of the internet as text, allowed site by site. Never your own network."),
        "/read_file": tr("Text files in the folders below. Never writes."),
        "/list_folder": tr("The folders below and what is in them."),
        "/run_python": tr("Without network and without your files, for up to 30 seconds."),
    }
    return texts.get(tool_id, "")


def status_text(status: ServerStatus) -> str:
    """Say in which state a server is; of a failed one also why."""
    match status.state:
        case ServerState.OFF:
            return tr("Off")
        case ServerState.IDLE:
            return tr("Starts when needed")
        case ServerState.STARTING:
            return tr("Starting...")
        case ServerState.READY:
            words = tr("%n tool(s)", n=len(status.tools))
            left_out = tr("%n cannot be used", n=status.left_out) if status.left_out else ""
            return tr("{first}, {second}", first=words, second=left_out) if left_out else words
        case ServerState.FAILED:
            return failure_text(status)


def failure_text(status: ServerStatus) -> str:
    """Say why a server does not run."""
    words = _FAILURES[status.failure]() if status.failure is not None else tr("It does not run.")
    if status.detail:
        words = tr("{sentence} ({detail})", sentence=words, detail=status.detail)
    return f"{words} {tr('It is not started again until you restart it.')}" if status.given_up else words


_FAILURES = {
    ServerFailure.NO_PROGRAM: lambda: tr("The command was not found."),
    ServerFailure.NOT_STARTED: lambda: tr("The program could not be started."),
    ServerFailure.ENDED: lambda: tr("The program ended. Its log may say why."),
    ServerFailure.SILENT: lambda: tr("It does not respond like a tool server."),
    ServerFailure.TOO_MUCH: lambda: tr("It sent more than 16 MB at once."),
    ServerFailure.UNREACHABLE: lambda: tr("The address cannot be reached."),
    ServerFailure.REFUSED: lambda: tr("The server refused the login. Check its headers."),
    ServerFailure.PROTOCOL: lambda: tr("The server answered with an error."),
    ServerFailure.SECRETS: lambda: tr("The keyring has no value for one of its variables or headers. Enter it again."),
    ServerFailure.KEYS_ELSEWHERE: lambda: tr(
        "The command or address was changed outside this window. Edit the server and save it to use its values there."
    ),
}


def import_text(name: str, problem: ImportProblem) -> str:
    """Say why a pasted server, or the whole text, was not added."""
    match problem:
        case ImportProblem.NOT_JSON:
            return tr("This is not JSON.")
        case ImportProblem.NO_SERVERS:
            return tr("There is no tool server in it.")
        case ImportProblem.NOTHING_TO_START:
            return tr("“{name}” has neither a command nor an address.", name=name)
        case ImportProblem.KEY_IN_COMMAND:
            return tr("“{name}” has a key in its arguments, which would be saved in a file.", name=name)
        case ImportProblem.KEY_IN_ADDRESS:
            return tr("“{name}” has a key in its address, which would be saved in a file.", name=name)
        case ImportProblem.OLD_TRANSPORT:
            return tr("“{name}” uses the old SSE protocol, which is not supported.", name=name)
