"""The words of batches, in the window and in the terminal: wrong files, estimates, and how a run ended."""

from __future__ import annotations

from collections.abc import Callable

from desktop_chat.core.attachment_errors import FileKindUnknown
from desktop_chat.core.batch_errors import BatchProblem, BatchRefused
from desktop_chat.core.batch_progress import BatchProgress, Estimate, RowState, Spending
from desktop_chat.core.batch_request import BatchRequest
from desktop_chat.core.entities import Failure
from desktop_chat.ui.text.attachment_text import attachment_problem
from desktop_chat.ui.text.error_text import sentence, waiting_time
from desktop_chat.ui.text.money_text import amount as _amount
from desktop_chat.ui.text.terminal_text import problem_with_remedy
from desktop_chat.ui.text.translation import tr

_LINE = 300


def problem(error: BatchRefused) -> str:
    """Return why a batch cannot begin or go on, and what to do about it."""
    return _PROBLEMS[error.problem](error)


def ended(failure: Failure) -> str:
    """Return why a run ended early, for the terminal."""
    said = problem_with_remedy(failure)
    if failure.detail:
        said = tr("{sentence} The server said: {detail}", sentence=said, detail=_on_one_line(failure.detail))
    return tr("The batch stopped: {problem}", problem=said)


def outcome(progress: BatchProgress, end: Failure | BatchRefused | None) -> str:
    """Return how a run ended, for the window."""
    if end is None:
        return summary(progress)
    if isinstance(end, BatchRefused):
        return problem(end)
    said = tr("The batch stopped: {problem}", problem=sentence(end))
    return tr("{problem} {summary}", problem=said, summary=summary(progress))


def introduction() -> str:
    """Return what a batch is for."""
    return tr("Ask a model about each row of a table or each file of a folder. The answers go to a file of their own.")


def reading_documents(done: int, total: int) -> str:
    """Return how many documents were read for an estimate."""
    return tr("Reading documents: {done} of {total}", done=done, total=total)


def row_state(state: RowState) -> str:
    """Return the state of a row in words."""
    return _STATES[state]()


def running(progress: BatchProgress) -> str:
    """Return how far a running batch is, and how fast."""
    rate = tr("{rate} rows a minute", rate=f"{progress.per_minute():,.0f}")
    return tr(", ").join((summary(progress), rate))


def slowed(failure: Failure, wait_s: float) -> str:
    """Return that the server is asked too fast."""
    if wait_s < 1.0:
        return sentence(failure)
    return tr("{problem} Waiting {time}.", problem=sentence(failure), time=waiting_time(wait_s))


def summary(progress: BatchProgress) -> str:
    """Return how far a batch is: rows by their state, tokens and money."""
    counts = progress.counts
    parts = [tr("%n row(s) answered", n=counts[RowState.DONE] + counts[RowState.CUT])]
    if counts[RowState.CUT]:
        parts.append(tr("%n row(s) cut off or filtered", n=counts[RowState.CUT]))
    if counts[RowState.FAILED]:
        parts.append(tr("%n row(s) failed", n=counts[RowState.FAILED]))
    left = counts[RowState.WAITING] + counts[RowState.RUNNING]
    if left:
        parts.append(tr("%n row(s) not asked yet", n=left))
    parts.append(tokens(progress))
    if money := cost(progress.spending):
        parts.append(money)
    return tr(", ").join(parts)


def tokens(progress: BatchProgress) -> str:
    """Return the tokens that the server counted, and that there are more if it did not count all."""
    sent, received = f"{progress.input_tokens:,}", f"{progress.output_tokens:,}"
    if not progress.uncounted:
        return tr("{input} tokens in, {output} out", input=sent, output=received)
    if not progress.input_tokens and not progress.output_tokens:
        return tr("tokens unknown")
    return tr("at least {input} tokens in, {output} out", input=sent, output=received)


def cost(spending: Spending) -> str:
    """Return an amount of money: empty if it is nothing, "cost unknown" rather than wrong."""
    known = {currency: amount for currency, amount in spending.amounts.items() if amount}
    amounts = " + ".join(_amount(currency, amount) for currency, amount in sorted(known.items()))
    if spending.is_unknown or spending.is_at_least:
        return tr("at least {amount}", amount=amounts) if amounts else tr("cost unknown")
    return amounts


def estimate_lines(progress: BatchProgress, found: Estimate) -> list[str]:
    """Return what asking will take, as lines."""
    lines = [
        tr("%n row(s) in all", n=len(progress.rows)),
        tr("%n row(s) to ask", n=found.rows),
        tr("Input: about {count} tokens", count=f"{found.input:,}")
        if found.input is not None
        else tr("Input: unknown"),
    ]
    if found.output is None:
        lines.append(tr("Output: unknown"))
    elif found.is_bound:
        lines.append(tr("Output: at most {count} tokens", count=f"{found.output:,}"))
    else:
        lines.append(tr("Output: about {count} tokens, as in the answers so far", count=f"{found.output:,}"))
    lines.append(tr("Cost: {amount}", amount=_estimated(found)))
    return lines


def preview(request: BatchRequest, failure: Failure | None = None) -> str:
    """Return the beginning of a row as it is sent, or why it cannot be."""
    prompt = _shown(request) if failure is None else row_problem(failure.code)
    return tr("{row}: {prompt}", row=request.custom_id, prompt=prompt)


def _shown(request: BatchRequest) -> str:
    words = _on_one_line(" | ".join(request.texts()))
    images = sum(len(message.images) for message in request.messages)
    return f"[{tr('%n image(s)', n=images)}] {words}".rstrip() if images else words


def row_problem(code: str) -> str:
    """Return why a row failed."""
    if code == FileKindUnknown.code:
        return tr("Files of this kind cannot be read in a batch.")
    return attachment_problem(Failure(code))


def _estimated(found: Estimate) -> str:
    spending = found.spending
    if spending.is_unknown:
        return tr("unknown")
    if not spending.amounts:
        return tr("nothing")
    amounts = " + ".join(_amount(currency, amount) for currency, amount in sorted(spending.amounts.items()))
    if found.output is None:
        return tr("{amount} for the input, and more for the output", amount=amounts)
    return tr("at most {amount}", amount=amounts) if found.is_bound else tr("about {amount}", amount=amounts)


def _on_one_line(text: str) -> str:
    joined = " ".join(text[: 2 * _LINE].split())
    return joined if len(joined) <= _LINE else f"{joined[:_LINE]}..."


def _lines(error: BatchRefused) -> str:
    """Return line numbers, and that there are more of them."""
    return _listed([str(line) for line in error.lines], error)


def _names(error: BatchRefused) -> str:
    return _listed(list(error.names), error)


def _listed(found: list[str], error: BatchRefused) -> str:
    text = ", ".join(found)
    more = error.count - len(found)
    return tr("{names} and {count} more", count=more, names=text) if more > 0 and found else text


_PROBLEMS: dict[BatchProblem, Callable[[BatchRefused], str]] = {
    BatchProblem.UNREADABLE: lambda error: tr(
        "Could not read {name}: {problem}",
        name=error.place,
        problem=error.detail or tr("it cannot be opened"),
    ),
    BatchProblem.NOT_TEXT: lambda error: tr(
        "Could not read {name}: it is neither UTF-8 nor GBK text. Save it as UTF-8.", name=error.place
    ),
    BatchProblem.TOO_LARGE: lambda error: tr("{name} is too large. Split it.", name=error.place),
    BatchProblem.EMPTY: lambda error: tr("There is nothing to ask in {file}.", file=error.place),
    BatchProblem.NO_JSON: lambda error: tr(
        "{file} has lines that are not JSON objects in UTF-8: {lines}", file=error.place, lines=_lines(error)
    ),
    BatchProblem.NO_ID: lambda error: tr(
        "{file} has lines without a custom_id, which must be text: {lines}", file=error.place, lines=_lines(error)
    ),
    BatchProblem.DUPLICATE_IDS: lambda error: tr(
        "{file} uses a custom_id more than once: {names} (lines {lines}). Give each row its own.",
        file=error.place,
        names=_names(error),
        lines=_lines(error),
    ),
    BatchProblem.WRONG_URL: lambda error: tr(
        "{file} has rows that are not for POST to /v1/chat/completions or /v1/responses: {names} (lines {lines})",
        file=error.place,
        names=_names(error),
        lines=_lines(error),
    ),
    BatchProblem.WRONG_MEMBERS: lambda error: tr(
        "{file} has rows in which these members are missing or wrong: {names} (lines {lines})",
        file=error.place,
        names=_names(error),
        lines=_lines(error),
    ),
    BatchProblem.UNSUPPORTED: lambda error: tr(
        "{file} asks for what cannot be passed on: {names} (lines {lines}). Remove these members.",
        file=error.place,
        names=_names(error),
        lines=_lines(error),
    ),
    BatchProblem.OTHER_API: lambda error: tr(
        "{file} has rows for another API than the connection's: {names} (lines {lines}). Choose the API that the rows "
        "are for, on the command line with --api.",
        file=error.place,
        names=_names(error),
        lines=_lines(error),
    ),
    BatchProblem.UNEVEN: lambda error: tr(
        "{file} has rows that do not fit its header, or quotes without their partner: lines {lines}",
        file=error.place,
        lines=_lines(error),
    ),
    BatchProblem.BAD_COLUMNS: lambda error: tr(
        "{file} has columns without a name, or with the same name: {names}", file=error.place, names=_names(error)
    ),
    BatchProblem.NO_TEMPLATE: lambda error: tr(
        "A prompt template is needed. It can use: {names}", names=_braced(error)
    ),
    BatchProblem.BAD_TEMPLATE: lambda error: tr(
        "The template has a brace without its partner: {place} For a brace itself, write {{{{ or }}}}.",
        place=error.detail,
    ),
    BatchProblem.UNKNOWN_FIELDS: lambda error: tr(
        "The template uses fields that do not exist: {fields}. It can use: {names}",
        fields=error.detail,
        names=_braced(error),
    ),
    BatchProblem.NOT_FOR_JSONL: lambda _: tr(
        "A template or system prompt is for tables and folders; the rows of a JSONL file are complete."
    ),
    BatchProblem.BAD_SCHEMA: lambda error: tr(
        "{file} is not a JSON schema. {problem}", file=error.place, problem=error.detail
    ),
    BatchProblem.OUTPUT_FOREIGN: lambda error: tr(
        "{file} contains something other than the answers of a batch, so nothing was written to it. Choose another "
        "output file.",
        file=error.place,
    ),
    BatchProblem.OUTPUT_LOCKED: lambda error: tr("Another batch is writing to {file}.", file=error.place),
    BatchProblem.OUTPUT_FAILED: lambda error: tr(
        "Could not write {name}: {problem}", name=error.place, problem=error.detail
    ),
    BatchProblem.OUTPUT_IS_INPUT: lambda _: tr("The output must not be the input, or in it. Choose another file."),
    BatchProblem.OTHER_ROWS: lambda error: tr(
        "{file} has answers to other questions, models or schemas under the same ids: {names}. Choose another output "
        "file, or go on with the same input and options.",
        file=error.place,
        names=_names(error),
    ),
    BatchProblem.INPUT_CHANGED: lambda error: tr(
        "{file} was changed while the batch ran. Start it again.", file=error.place
    ),
}


_STATES: dict[RowState, Callable[[], str]] = {
    RowState.WAITING: lambda: tr("Waiting"),
    RowState.RUNNING: lambda: tr("Running"),
    RowState.DONE: lambda: tr("Answered"),
    RowState.CUT: lambda: tr("Cut off or filtered"),
    RowState.FAILED: lambda: tr("Failed"),
}


def _braced(error: BatchRefused) -> str:
    return ", ".join(f"{{{name}}}" for name in error.names)
