"""Texts of `ask` on the terminal apart from the answer: how a reply ended, what it waits for, and remedies."""

from __future__ import annotations

import shlex
from collections.abc import Callable

from desktop_chat.core.entities import Failure, Message
from desktop_chat.core.errors import ChatError, SettingsError
from desktop_chat.core.reports import CertificatesUnconfirmed
from desktop_chat.core.tool_server_import import ImportProblem
from desktop_chat.core.tool_servers import ServerStatus
from desktop_chat.core.tools import CallStatus, ToolCall
from desktop_chat.ui.text.error_text import ErrorWords, sentence, waiting_time, warning
from desktop_chat.ui.text.tool_text import failure_text, import_text
from desktop_chat.ui.text.translation import tr

__all__ = ["warning"]

_ERRORS = ErrorWords()
_LINE = 300
"""Characters shown of a tool's arguments or result."""


def outcome(message: Message) -> str:
    """Return the sentence about a reply that did not simply succeed; else an empty string."""
    return _ERRORS.sentence(message)


def outcome_with_remedy(message: Message) -> str:
    """Return the message that sentence with its remedy on the command line, if there is one."""
    if message.failure is None or message.failure.code not in _REMEDIES:
        return outcome(message)
    return tr("{sentence} {remedy}", sentence=outcome(message), remedy=_REMEDIES[message.failure.code]())


def problem_with_remedy(problem: Failure | ChatError) -> str:
    """Return the sentence about a failure with its remedy on the command line, if there is one."""
    failure = problem.failure() if isinstance(problem, ChatError) else problem
    if failure.code not in _REMEDIES:
        return sentence(failure)
    return tr("{sentence} {remedy}", sentence=sentence(failure), remedy=_REMEDIES[failure.code]())


def retry(failure: Failure, delay_s: float) -> str:
    """Return the message that a request will be retried."""
    return tr("{problem} Retrying in {time}.", problem=sentence(failure), time=waiting_time(delay_s))


def skipped(count: int) -> str:
    """Return the message that parts of a reply could not be read."""
    return tr("%n event(s) of the reply could not be read.", n=count)


def no_such_connection(name: str, known: list[str]) -> str:
    """Return the message that no connection has this name, and which ones exist."""
    if not known:
        return tr("There is no connection named {name}, and no other connection is set up.", name=name)
    return tr("There is no connection named {name}. Available: {names}", name=name, names=", ".join(known))


def unreadable(name: str, problem: str) -> str:
    """Return the message that a file or standard input could not be read."""
    return tr("Could not read {name}: {problem}", name=name, problem=problem)


def not_text() -> str:
    """Return the reason that input is not text."""
    return tr("it is not UTF-8 text")


def too_large() -> str:
    """Return the reason that input is too large."""
    return tr("it is too large")


def no_such_tool(name: str) -> str:
    """Return the message that a built-in tool is not offered on this system."""
    if name == "run_python":
        return tr(
            "The tool {tool} needs bubblewrap and Python 3; one is missing, or the sandbox is not allowed here.",
            tool=name,
        )
    return tr("There is no tool {tool}.", tool=name)


def tool_server_failed(name: str, status: ServerStatus) -> str:
    """Return why a tool server does not run."""
    return tr("The tool server {name} does not run. {problem}", name=name, problem=failure_text(status))


def tool_server_unusable(file: str, name: str, problem: ImportProblem) -> str:
    """Return why a tool server of a configuration file cannot be used."""
    return tr("Could not read {name}: {problem}", name=file, problem=import_text(name, problem))


def value_missing(file: str, server: str, name: str) -> str:
    """Return the message that a variable or header of a tool server has no value."""
    return tr("In {file}, {variable} of {server} has no value.", file=file, variable=name, server=server)


def nothing_asked() -> str:
    """Return the message that the prompt is empty."""
    return tr("The prompt is empty.")


def settings_unread(file: str) -> str:
    """Return the message that a settings file has errors."""
    return tr("Some settings in {file} could not be read.", file=file)


def directory_refused(error: SettingsError) -> str:
    """Return why a directory is not used, and what to do about it."""
    remedy = _DIRECTORY_REMEDIES.get(error.code)
    if remedy is None:
        return tr("The data directory cannot be used. {detail}", detail=error.detail)
    return tr("{sentence} {remedy}", sentence=sentence(error), remedy=remedy(error.detail))


def certificates_unconfirmed(report: CertificatesUnconfirmed) -> str:
    """Return the message that certificates differ from the chosen ones, and what to do about it."""
    remedy = tr("Open Desktop Chat's window to confirm them.")
    return tr("{sentence} {remedy}", sentence=warning(report), remedy=remedy)


def may_call(name: str, arguments: str) -> str:
    """Return the question whether the model may call a tool, with all its arguments: nobody can allow what is not
    shown."""
    return tr(
        "The model wants to use {tool} with {arguments}. Allow it? y: yes, a: always in this conversation, other: no",
        tool=_on_one_line(name),
        arguments=" ".join(arguments.split()),
    )


def calls_are_refused() -> str:
    """Return the message that no call runs, and what to do about it."""
    return tr("Every tool call is refused. To allow calls, use --approve ask or --approve all.")


def called(name: str, arguments: str) -> str:
    """Return the message that the model calls a tool."""
    return tr("Tool {tool}: {arguments}", tool=_on_one_line(name), arguments=_on_one_line(arguments))


def called_back(call: ToolCall) -> str:
    """Return the message how a tool call ended."""
    name = _on_one_line(call.name)
    match call.status:
        case CallStatus.DONE:
            return tr("Tool {tool} is done.", tool=name)
        case CallStatus.REFUSED:
            return tr("Tool {tool} was refused.", tool=name)
    return tr("Tool {tool} failed: {problem}", tool=name, problem=_on_one_line(call.result))


def _on_one_line(text: str) -> str:
    """Return the beginning of a text, without line breaks."""
    joined = " ".join(text[: 2 * _LINE].split())
    return joined if len(joined) <= _LINE else f"{joined[:_LINE]}..."


def output_closed(problem: str) -> str:
    """Return the message that the output can no longer be written."""
    return tr("Could not write the output: {problem}", problem=problem)


def waiting_for_keyring() -> str:
    """Return the message that the keyring is being waited for."""
    return tr("Waiting for your keyring...")


def launcher_installed(file: str) -> str:
    """Return the message that the menu entry was installed."""
    return tr("Desktop Chat is in the menu now: {file}", file=file)


def launcher_removed() -> str:
    """Return the message that the menu entry was removed."""
    return tr("The menu entry and its icon are removed.")


def launcher_absent() -> str:
    """Return the message that there was no menu entry."""
    return tr("There was no menu entry to remove.")


def launcher_refused(problem: str) -> str:
    """Return the message that the menu entry could not be changed."""
    return tr("The menu entry could not be changed. {problem}", problem=problem)


def launcher_only_on_linux() -> str:
    """Return the message that this command is not available on this system."""
    return tr("install-launcher is for Linux. On Windows and macOS the installer adds the menu entry.")


def bug(summary: str, file: str) -> str:
    """Return the message that an internal error occurred, and where its details are, if they could be saved."""
    if not file:
        return tr("An internal error occurred in Desktop Chat: {summary}.", summary=summary)
    return tr(
        "An internal error occurred in Desktop Chat: {summary}. See {file} for details.", summary=summary, file=file
    )


_DIRECTORY_REMEDIES: dict[str, Callable[[str], str]] = {
    "directory_foreign": lambda directory: tr(
        "That user could change what is in {directory}. Run Desktop Chat as that user, or choose another "
        "directory with --data-dir.",
        directory=directory,
    ),
    "directory_shared": lambda directory: tr(
        "They could change your settings and conversations. Remove their write access: chmod go-w {directory}",
        directory=shlex.quote(directory),
    ),
}

_REMEDIES: dict[str, Callable[[], str]] = {
    "key_missing": lambda: tr("Set OPENAI_API_KEY, or save a key for this connection in the settings."),
    "authentication_failed": lambda: tr("Check OPENAI_API_KEY, or this connection's key in the settings."),
    "key_for_other_host": lambda: tr("Save this server's key for the connection in the settings."),
    "key_without_host": lambda: tr(
        "Send a message with this connection once in Desktop Chat's window, and allow the key there."
    ),
    "no_connection": lambda: tr("Use --base-url or --connection, or set OPENAI_API_KEY."),
    "no_model": lambda: tr("Choose one with --model."),
    "model_not_found": lambda: tr("Choose another with --model."),
    "wrong_address": lambda: tr("Choose another with --base-url."),
    "redirected": lambda: tr("Or pass it with --base-url."),
    "content_refused": lambda: tr("Rephrase the prompt, or choose another model with --model."),
    "responses_only": lambda: tr("Retry with --api responses."),
    "chat_completions_only": lambda: tr("Retry with --api chat_completions."),
    "responses_missing": lambda: tr("Retry with --api chat_completions, or choose another --base-url."),
    "request_too_large": lambda: tr("Shorten the prompt."),
    "stream_stalled": lambda: tr("To wait longer, use --timeout."),
    "context_too_long": lambda: tr("Shorten the prompt."),
}
