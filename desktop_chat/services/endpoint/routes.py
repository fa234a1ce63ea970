"""The endpoint's paths, as a FastAPI application: nothing describes itself, and every error has one shape."""

from __future__ import annotations

import logging
from typing import Any

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from desktop_chat.core.endpoint_errors import MethodRefused, PageMissing, PathUnknown, RequestError
from desktop_chat.core.entities import Failure
from desktop_chat.core.errors import INTERNAL
from desktop_chat.services.endpoint.caller_requests import CallerRequests
from desktop_chat.services.endpoint.chat_stream import ChatStream
from desktop_chat.services.endpoint.error_answers import Words, error_body, error_object
from desktop_chat.services.endpoint.page_files import INDEX, PageFile
from desktop_chat.services.endpoint.passed_requests import PassedRequest
from desktop_chat.services.endpoint.targets import Targets

logger = logging.getLogger(__name__)

CHAT_PATH = "/api/chat/stream"
PASSED = ("/chat/completions", "/responses", "/embeddings")


def make_app(requests: CallerRequests, targets: Targets, page: dict[str, PageFile], words: Words) -> FastAPI:
    """Return the application behind the gate."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)

    @app.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/v1/models")
    async def models() -> dict[str, Any]:
        return {"object": "list", "data": await targets.listed()}

    async def page_file(request: Request) -> Response:
        file = page.get(request.scope["path"])
        if file is None:
            error = PageMissing() if request.scope["path"] == INDEX else PathUnknown()
            return Response(words(error.failure()) + "\n", error.status, media_type="text/plain")
        headers = {"etag": file.tag, "cache-control": "no-cache"}
        if request.headers.get("if-none-match") == file.tag:
            return Response(status_code=304, headers=headers)
        return Response(file.content, headers=headers, media_type=file.media_type)

    async def http_error(_: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        own: RequestError = MethodRefused() if status == 405 else PathUnknown()
        headers = error.headers if isinstance(error, HTTPException) else None
        return Response(error_body(own, words), own.status, headers, "application/json")

    async def bug(_: Request, error: Exception) -> Response:
        logger.error("bug in the endpoint", exc_info=error)
        failure = Failure(INTERNAL, type(error).__name__)
        return JSONResponse({"error": error_object(failure, words, status=500)}, 500)

    app.add_exception_handler(HTTPException, http_error)
    app.add_exception_handler(Exception, bug)
    app.router.routes += [
        Route(CHAT_PATH, ChatStream(requests, targets, words), methods=["POST"]),
        *(Route(f"/v1{path}", PassedRequest(path, requests, targets, words), methods=["POST"]) for path in PASSED),
        Route(INDEX, page_file, methods=["GET"]),
        Route("/assets/{name:path}", page_file, methods=["GET"]),
    ]
    return app
