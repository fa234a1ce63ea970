"""Describes errors and ends of replies in plain language, with remedies. Families of errors with a file of their
own in `core` have their texts beside this one, such as `import_text.py`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from desktop_chat.core.entities import Failure, Message, Role, Status, has_answer, is_only_reasoning
from desktop_chat.core.errors import ChatError
from desktop_chat.core.finish_reasons import REFUSAL, Ending, ending_of
from desktop_chat.core.summaries import older_messages, replaces_older
from desktop_chat.ui.text.translation import tr

if TYPE_CHECKING:
    from desktop_chat.core.reports import CertificatesUnconfirmed, KeyUnencrypted
    from desktop_chat.core.usage_ledger import UsageSum


class Remedy(StrEnum):
    """What the user can do about a failure; the ids of the actions of an error card."""

    RETRY = "retry"
    CONTINUE = "continue"
    OPEN_KEY = "open_key"
    ALLOW_KEY = "allow_key"
    CHOOSE_MODEL = "choose_model"
    OPEN_SETTINGS = "open_settings"
    USE_V1 = "use_v1"
    SHORTEN = "shorten"
    NEW_CONVERSATION = "new_conversation"
    EDIT_QUESTION = "edit_question"
    USE_RESPONSES = "use_responses"
    USE_CHAT_COMPLETIONS = "use_chat_completions"
    WITHOUT_IMAGES = "without_images"
    SUMMARISE = "summarise"
    USE_SUMMARY = "use_summary"
    SEND_WHOLE = "send_whole"
    WITHOUT_SUMMARY = "without_summary"
    DETAILS = "details"


@dataclass(frozen=True, slots=True)
class _Facts:
    """Values that a sentence may mention."""

    model: str
    connection: str
    wait_s: float | None
    detail: str


def sentence(failure: Failure | ChatError, *, model: str = "", connection: str = "") -> str:
    """Return one or two short sentences in the current language; never the server's own message."""
    if isinstance(failure, ChatError):
        failure = failure.failure()
    facts = _Facts(model, connection, failure.retry_after_s, failure.detail)
    return _SENTENCES.get(failure.code, _unknown)(facts)


def warning(report: KeyUnencrypted | CertificatesUnconfirmed) -> str:
    """Return a warning that a key is sent unencrypted, or that certificates differ from the chosen ones."""
    from desktop_chat.core.reports import CertificatesUnconfirmed  # noqa: PLC0415  (seldom needed)

    if isinstance(report, CertificatesUnconfirmed):
        return tr(
            "The certificates in {file} were changed or never confirmed, so they are not trusted.", file=report.file
        )
    return tr(
        "The key from the environment is sent to {host} without encryption, so others on the network can read "
        "it and your messages. Use an https address.",
        host=report.host.removesuffix(":80"),
    )


def remedies(failure: Failure | ChatError) -> list[tuple[str, str]]:
    """Return the remedies as (action id, label), best first; Details last, if there is a server message."""
    if isinstance(failure, ChatError):
        failure = failure.failure()
    wanted = list(_REMEDIES.get(failure.code, (Remedy.RETRY,)))
    if failure.detail:
        wanted.append(Remedy.DETAILS)
    return [(remedy.value, remedy_label(remedy)) for remedy in wanted]


def remedy_label(remedy: Remedy) -> str:
    """Return the label of a remedy's button."""
    return _LABELS[remedy]()


def finish_state(message: Message) -> str:
    """Return how a reply ended, in words."""
    if message.status is Status.FILTERED and message.finish_reason == REFUSAL:
        return tr("The model declined to answer")
    reason = message.finish_reason
    if message.status is Status.COMPLETE and reason and ending_of(reason) is Ending.UNKNOWN:
        return tr("Finish reason: {reason}", reason="".join(c for c in reason if c.isprintable()))
    return _STATES[message.status]()


def waiting_time(seconds: float) -> str:
    """Return a waiting time in words, rounded up."""
    whole = max(1, -int(-seconds // 1))
    if whole < 100:
        return tr("%n second(s)", n=whole)
    minutes = -(-whole // 60)
    if minutes < 100:
        return tr("%n minute(s)", n=minutes)
    return tr("%n hour(s)", n=-(-minutes // 60))


_WITHOUT_V1 = frozenset({"wrong_address", "responses_missing", "redirected", "bad_response"})
"""Errors that an address without its version may cause."""
_PLAIN = frozenset({Status.RUNNING, Status.COMPLETE})
"""Statuses that need no explanation."""
_NOT_FOR_SUMMARIES = frozenset({Remedy.SUMMARISE, Remedy.SHORTEN, Remedy.EDIT_QUESTION})
"""What does not help a summary."""


def _is_whole_summary(message: Message) -> bool:
    return message.summary is not None and message.status is Status.COMPLETE and bool(message.text.strip())


class ErrorWords:
    """The texts that a transcript shows for a reply that did not simply succeed.

    `is_last` returns whether a message ends the conversation, since only then can the model continue it. `lacks_v1`
    returns whether "/v1" may be missing from the connection's address. `above` returns the messages above one.
    """

    def __init__(
        self,
        is_last: Callable[[Message], bool] = lambda _: True,
        lacks_v1: Callable[[], bool] = lambda: False,
        above: Callable[[Message], Sequence[Message]] = lambda _: (),
    ) -> None:
        self._is_last = is_last
        self._lacks_v1 = lacks_v1
        self._above = above
        self.usage_of: Callable[[str], UsageSum | None] = lambda _id: None
        """Returns what the requests for a message used, by its id."""

    def cost(self, message: Message) -> str:
        """Return what a reply cost; empty if it was free, or nothing is known of it."""
        used = self.usage_of(message.id)
        if used is None:
            return ""
        from desktop_chat.ui.text.money_text import cost_of_sum  # noqa: PLC0415  (after the first paint)

        return cost_of_sum(used)

    def sentence(self, message: Message) -> str:
        """Return what happened; empty if no explanation is needed."""
        if message.failure is not None:
            return sentence(message.failure, model=message.model, connection=message.connection_name)
        if replaces_older(message):
            return tr("Sent in place of the earlier messages.")
        if _is_whole_summary(message):
            return tr("Not sent: the earlier messages are.")
        if message.status is Status.COMPLETE and is_only_reasoning(message):
            return tr("The model sent reasoning but no answer.")
        return "" if message.status in _PLAIN else finish_state(message)

    def actions(self, message: Message) -> list[tuple[str, str]]:
        """Return the remedies, best first."""
        if _is_whole_summary(message):
            remedy = Remedy.SEND_WHOLE if replaces_older(message) else Remedy.USE_SUMMARY
            return [(remedy.value, remedy_label(remedy))]
        listed = self._usual_actions(message)
        if message.summary is not None:
            return self._for_half_a_summary(message, [action for action, _ in listed])
        if any(action == Remedy.SUMMARISE for action, _ in listed) and not older_messages(self._above(message)):
            return [(action, label) for action, label in listed if action != Remedy.SUMMARISE]
        return listed

    def _for_half_a_summary(self, message: Message, usual: list[str]) -> list[tuple[str, str]]:
        """Return the remedies of a summary that was stopped, cut or failed: a retry makes its request shorter."""
        wanted = [Remedy(action) for action in usual if action not in _NOT_FOR_SUMMARIES]
        if self._is_last(message):
            if Remedy.RETRY not in wanted:
                wanted.insert(1 if Remedy.CONTINUE in wanted else 0, Remedy.RETRY)
            above = self._above(message)
            if above and above[-1].role is Role.USER:
                wanted.append(Remedy.WITHOUT_SUMMARY)
        wanted.sort(key=lambda remedy: remedy is Remedy.DETAILS)
        return [(remedy.value, remedy_label(remedy)) for remedy in wanted]

    def _usual_actions(self, message: Message) -> list[tuple[str, str]]:
        if message.failure is not None:
            listed = remedies(message.failure)
            if message.failure.code in _WITHOUT_V1 and self._lacks_v1():
                listed.insert(0, (Remedy.USE_V1.value, remedy_label(Remedy.USE_V1)))
            if message.status is Status.INTERRUPTED and has_answer(message) and self._is_last(message):
                return [(Remedy.CONTINUE.value, remedy_label(Remedy.CONTINUE)), *listed]
            return listed
        if message.status in {*_PLAIN, Status.FILTERED} or not self._is_last(message):
            return []
        remedy = Remedy.CONTINUE if has_answer(message) else Remedy.RETRY
        return [(remedy.value, remedy_label(remedy))]

    def finish_state(self, message: Message) -> str:
        """Return how the reply ended, in words."""
        return finish_state(message)

    def cause(self, failure: Failure, message: Message) -> str:
        """Return why a request is being retried, without advice."""
        if failure.code == "rate_limited":
            return tr("Too many requests.")
        return sentence(failure, model=message.model, connection=message.connection_name)


def _unknown(_facts: _Facts) -> str:
    return tr("Something went wrong.")


def _rate_limited(facts: _Facts) -> str:
    if facts.wait_s is None:
        return tr("Too many requests. Wait a moment, then retry.")
    return tr("Too many requests. The server asks you to wait {time}.", time=waiting_time(facts.wait_s))


def _model_not_found(facts: _Facts) -> str:
    if not facts.model:
        return tr("This model was not found on the server.")
    return tr("The model {model} was not found on the server.", model=facts.model)


def _key_missing(facts: _Facts) -> str:
    if not facts.connection:
        return tr("No API key is set for this connection.")
    return tr("No API key is set for {connection}.", connection=facts.connection)


_SENTENCES: dict[str, Callable[[_Facts], str]] = {
    "chat": _unknown,
    "provider": lambda _: tr("The model server reported an error."),
    "authentication_failed": lambda _: tr("The server rejected the API key."),
    "key_missing": _key_missing,
    "quota_exceeded": lambda _: tr("Your account is out of credit."),
    "rate_limited": _rate_limited,
    "context_too_long": lambda _: tr("This conversation is too long for the model."),
    "request_too_large": lambda _: tr("The request is too large for the server."),
    "request_rejected": lambda _: tr("The server rejected the request."),
    "content_refused": lambda _: tr("The provider's content policy does not allow this request."),
    "region_refused": lambda _: tr("The provider is not available in your region."),
    "data_policy_refused": lambda _: tr("No provider of this model matches your account's privacy settings."),
    "responses_only": lambda _: tr("This model is only available through the Responses API."),
    "chat_completions_only": lambda _: tr("This model is only available through the Chat Completions API."),
    "images_refused": lambda _: tr("This model cannot read images."),
    "tools_refused": lambda _: tr("This model cannot use tools."),
    "model_not_found": _model_not_found,
    "wrong_address": lambda _: tr("No model server was found at this address. Addresses often end in /v1."),
    "responses_missing": lambda _: tr(
        "The server does not respond at /responses. It may support only Chat Completions, or the address may be wrong."
    ),
    "redirected": lambda _: tr(
        "The server redirects requests to another address. Enter that address in the connection."
    ),
    "firewall_blocked": lambda _: tr("A firewall in front of the server blocked the request."),
    "no_connection": lambda _: tr("No connection is selected."),
    "no_model": lambda _: tr("No model is selected."),
    "connection_refused": lambda _: tr("Could not connect to the server. It may not be running."),
    "name_not_found": lambda _: tr("The server was not found. Check the address and your network."),
    "tls_untrusted": lambda _: tr("The server's certificate is not trusted."),
    "proxy_refused": lambda _: tr("The proxy rejected the request."),
    "proxy_invalid": lambda facts: tr(
        "The environment variable {name} is not a valid proxy address. It should look like "
        "http://proxy.example.com:8080.",
        name=facts.detail or "https_proxy",
    ),
    "connect_timed_out": lambda _: tr("The server did not respond in time."),
    "connection_lost": lambda _: tr("The connection was lost."),
    "stream_stalled": lambda _: tr("The server stopped sending data."),
    "interrupted_by_sleep": lambda _: tr("The connection was lost because the computer went to sleep."),
    "bad_response": lambda _: tr("The server sent a response that could not be read."),
    "empty_answer": lambda _: tr("The server sent an empty response."),
    "empty_reply": lambda _: tr("The model returned an empty reply."),
    "reply_too_large": lambda _: tr("The reply became too large and was stopped."),
    "tool_unavailable": lambda _: tr("The model asked for a tool that is not available here."),
    "too_many_rounds": lambda _: tr("The model kept calling tools, up to the limit in the settings."),
    "attachment_missing": lambda facts: tr(
        "The content of {name} is missing or damaged, so nothing was sent.", name=facts.detail
    ),
    "answer_invalid": lambda _: tr("The answer does not fit the JSON schema."),
    "batch_refused": lambda _: tr("The batch cannot go on."),
    "provider_fault": lambda _: tr("The server reported an internal error."),
    "store": lambda _: tr("Your conversations could not be read or saved."),
    "store_too_new": lambda _: tr("Your conversations were saved by a newer version of Desktop Chat."),
    "store_corrupt": lambda _: tr("The conversations file is damaged."),
    "store_full": lambda _: tr("The disk is full."),
    "store_read_only": lambda _: tr("The conversations file cannot be written to."),
    "store_locked": lambda _: tr("Another program is using the conversations file."),
    "store_replaced": lambda _: tr("The conversations file was replaced by another file while it was in use."),
    "store_is_link": lambda _: tr("The conversations file is a link, and links are not followed here."),
    "blob_missing": lambda _: tr("The content of an attachment is missing or damaged."),
    "keyring": lambda _: tr("The keyring could not complete the request."),
    "keyring_locked": lambda _: tr("The keyring is locked."),
    "keyring_unavailable": lambda _: tr("No keyring was found on this computer."),
    "keyring_timed_out": lambda _: tr("The keyring did not respond."),
    "keyring_rejected": lambda _: tr("The keyring did not save the key."),
    "key_invalid": lambda _: tr("This is not a valid key: it is empty, too long, or contains invalid characters."),
    "key_for_other_host": lambda _: tr("The saved key belongs to another server, so it was not sent."),
    "key_without_host": lambda _: tr(
        "The key was saved by an earlier version, which did not record its server, so it was not sent."
    ),
    "image": lambda _: tr("The image cannot be shown."),
    "address_forbidden": lambda _: tr("This address is on your own computer or local network, so it was not opened."),
    "image_missing": lambda _: tr("No image was found at this address."),
    "not_an_image": lambda _: tr("The file at this address is not a supported image."),
    "image_too_large": lambda _: tr("The image is too large to show."),
    "image_broken": lambda _: tr("The image is damaged or incomplete."),
    "too_many_redirects": lambda _: tr("The server redirected the request too many times."),
    "certificates": lambda _: tr("The certificates cannot be used."),
    "certificates_unreadable": lambda _: tr("The certificate file cannot be read."),
    "no_certificates": lambda _: tr("This file contains no certificate. It must be a PEM file."),
    "settings": lambda _: tr("The settings could not be read or saved."),
    "directory_foreign": lambda _: tr("The data directory belongs to another user."),
    "directory_shared": lambda _: tr("Other users of this computer can write to the data directory."),
    "crashed": lambda _: tr("Desktop Chat quit before this reply was complete."),
    "internal": lambda _: tr("An internal error occurred in Desktop Chat. The text received so far is kept."),
}

_REMEDIES: dict[str, tuple[Remedy, ...]] = {
    "authentication_failed": (Remedy.OPEN_KEY, Remedy.RETRY),
    "key_missing": (Remedy.OPEN_KEY, Remedy.RETRY),
    "key_for_other_host": (Remedy.OPEN_KEY, Remedy.RETRY),
    "key_without_host": (Remedy.ALLOW_KEY, Remedy.OPEN_KEY),
    "quota_exceeded": (Remedy.CHOOSE_MODEL, Remedy.RETRY),
    "context_too_long": (Remedy.SUMMARISE, Remedy.SHORTEN, Remedy.NEW_CONVERSATION),
    "request_too_large": (Remedy.SUMMARISE, Remedy.SHORTEN, Remedy.NEW_CONVERSATION),
    "request_rejected": (Remedy.RETRY, Remedy.CHOOSE_MODEL),
    "content_refused": (Remedy.EDIT_QUESTION, Remedy.CHOOSE_MODEL),
    "region_refused": (Remedy.CHOOSE_MODEL, Remedy.RETRY),
    "data_policy_refused": (Remedy.CHOOSE_MODEL, Remedy.RETRY),
    "responses_only": (Remedy.USE_RESPONSES, Remedy.CHOOSE_MODEL),
    "chat_completions_only": (Remedy.USE_CHAT_COMPLETIONS, Remedy.CHOOSE_MODEL),
    "images_refused": (Remedy.CHOOSE_MODEL, Remedy.WITHOUT_IMAGES),
    "tools_refused": (Remedy.CHOOSE_MODEL, Remedy.RETRY),
    "model_not_found": (Remedy.CHOOSE_MODEL, Remedy.RETRY),
    "wrong_address": (Remedy.OPEN_SETTINGS, Remedy.RETRY),
    "responses_missing": (Remedy.USE_CHAT_COMPLETIONS, Remedy.OPEN_SETTINGS),
    "redirected": (Remedy.OPEN_SETTINGS, Remedy.RETRY),
    "firewall_blocked": (Remedy.RETRY, Remedy.OPEN_SETTINGS),
    "no_connection": (Remedy.CHOOSE_MODEL, Remedy.OPEN_SETTINGS),
    "no_model": (Remedy.CHOOSE_MODEL, Remedy.RETRY),
    "name_not_found": (Remedy.RETRY, Remedy.OPEN_SETTINGS),
    "tls_untrusted": (Remedy.OPEN_SETTINGS, Remedy.RETRY),
    "proxy_refused": (Remedy.OPEN_SETTINGS, Remedy.RETRY),
    "connection_refused": (Remedy.RETRY, Remedy.OPEN_SETTINGS),
    "tool_unavailable": (Remedy.RETRY, Remedy.CHOOSE_MODEL),
    "attachment_missing": (Remedy.EDIT_QUESTION, Remedy.RETRY),
}
"""Remedies by error code, where something other than a retry helps."""

_LABELS: dict[Remedy, Callable[[], str]] = {
    Remedy.RETRY: lambda: tr("Retry"),
    Remedy.CONTINUE: lambda: tr("Continue"),
    Remedy.OPEN_KEY: lambda: tr("Enter API key..."),
    Remedy.ALLOW_KEY: lambda: tr("Send key..."),
    Remedy.CHOOSE_MODEL: lambda: tr("Choose a model"),
    Remedy.OPEN_SETTINGS: lambda: tr("Open settings"),
    Remedy.USE_V1: lambda: tr("Use .../v1"),
    Remedy.SHORTEN: lambda: tr("Leave out earlier messages"),
    Remedy.NEW_CONVERSATION: lambda: tr("Start new conversation"),
    Remedy.EDIT_QUESTION: lambda: tr("Edit message"),
    Remedy.USE_RESPONSES: lambda: tr("Use Responses and retry"),
    Remedy.USE_CHAT_COMPLETIONS: lambda: tr("Use Chat Completions and retry"),
    Remedy.WITHOUT_IMAGES: lambda: tr("Send without images"),
    Remedy.SUMMARISE: lambda: tr("Summarise earlier messages"),
    Remedy.USE_SUMMARY: lambda: tr("Use summary"),
    Remedy.SEND_WHOLE: lambda: tr("Send whole conversation again"),
    Remedy.WITHOUT_SUMMARY: lambda: tr("Answer without summary"),
    Remedy.DETAILS: lambda: tr("Details"),
}

_STATES: dict[Status, Callable[[], str]] = {
    Status.RUNNING: lambda: tr("Writing"),
    Status.COMPLETE: lambda: tr("Complete"),
    Status.CANCELLED: lambda: tr("Stopped"),
    Status.TRUNCATED: lambda: tr("Cut off at the length limit"),
    Status.INTERRUPTED: lambda: tr("Interrupted"),
    Status.FILTERED: lambda: tr("Blocked by the server's content filter"),
    Status.FAILED: lambda: tr("Failed"),
}
