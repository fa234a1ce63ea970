"""The peculiarities of Azure OpenAI: its hosts, its two styles of address, and that a model's name is the name of the
user's own deployment.

Sources, read in November 2026:

* `api-key` header, `/openai/deployments/DEPLOYMENT/chat/completions?api-version=`:
  https://learn.microsoft.com/azure/ai-services/openai/reference
* `/openai/v1/`, whose `api-version` may be left out, with the deployment as `model` in the body:
  https://learn.microsoft.com/azure/foundry/openai/api-version-lifecycle
* `GET /openai/models?api-version=` lists what the resource could use, not what is deployed:
  https://learn.microsoft.com/rest/api/azureopenai/models/list
* listing deployments no longer works with an API key:
  https://learn.microsoft.com/answers/questions/1371786
* which endpoints have the deployment in their path (`/openai/responses` does not): `openai/lib/azure.py` of the
  OpenAI SDK.
"""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import unquote, urlsplit

from desktop_chat.core.entities import Connection

_DOMAINS = ("openai.azure", "cognitiveservices.azure", "services.ai.azure", "cognitive.microsoft")
_COUNTRIES = ("com", "us", "cn")
_HOSTS = tuple(f".{domain}.{country}" for domain in _DOMAINS for country in _COUNTRIES)
_MODELS_SERVICE = tuple(f".services.ai.azure.{country}" for country in _COUNTRIES)
KEY_HEADER = "api-key"
VERSION = "2024-10-21"
"""The `api-version` for a classic address without one: the last generally available version."""
RESPONSES_VERSION = "2025-04-01-preview"
"""The same for the Responses API, which needs a later version."""
RESOURCE_PLACEHOLDER = "your-resource"
"""Placeholder for the resource's name in an address that the user completes."""
_ROOT, _DEPLOYMENTS = "/openai", "/openai/deployments"
_IN_PATH = frozenset({"/chat/completions", "/completions"})


def is_azure(base_url: str) -> bool:
    """Return whether an address is Azure's, which takes the key in its own header. A gateway in front of Azure is
    recognised by the deployment in its path."""
    try:
        parts = urlsplit(base_url)
        return _is_azure_host(parts.netloc) or _deployment_of(parts.path) is not None
    except ValueError:
        return False


def deployment_in(base_url: str) -> str:
    """Return the deployment that an address names, or ""."""
    try:
        return unquote(_deployment_of(urlsplit(base_url).path) or "")
    except ValueError:
        return ""


def with_deployment(connection: Connection) -> Connection:
    """Return the connection with the deployment in its address as the default model, unless it has a default."""
    name = deployment_in(connection.base_url)
    return replace(connection, default_model=name) if name and not connection.default_model else connection


def is_deployments_address(netloc: str, path: str) -> bool:
    """Return whether an address is in the older style, where requests name the deployment in their path."""
    return _deployment_of(path) is not None or (_is_azure_host(netloc) and path.lower().endswith(_ROOT))


def deployment_path(path: str, endpoint: str, quoted_model: str) -> str:
    """Return the path of a request. The deployment is the model if one is given, else the one in the address."""
    at = path.lower().rfind(_DEPLOYMENTS)
    root = path[: at + len(_ROOT)] if at >= 0 else path
    name = quoted_model or _deployment_of(path)
    return f"{root}/deployments/{name}{endpoint}" if endpoint in _IN_PATH and name else f"{root}{endpoint}"


def with_version(query: str, endpoint: str) -> str:
    """Return the query with an `api-version`, which the older style requires."""
    if any(piece.partition("=")[0].lower() == "api-version" for piece in query.split("&")):
        return query
    version = f"api-version={RESPONSES_VERSION if endpoint == '/responses' else VERSION}"
    return f"{query}&{version}" if query else version


def default_path(host: str, path: str, query: str) -> str:
    """Return the intended path on an Azure host, of which the portal shows only the host name. An `api-version` marks
    the older style; the newer one needs none."""
    if not _is_azure_host(host) or path.lower() not in {"", "/openai"}:
        return path
    return "/openai" if "api-version=" in query.lower() else "/openai/v1"


def is_models_service(host: str, path: str) -> bool:
    """Return whether "/models" is the root of Azure's service for other vendors' models, and not an endpoint."""
    return host.rpartition("@")[2].lower().endswith(_MODELS_SERVICE) and path.lower() == "/models"


def _deployment_of(path: str) -> str | None:
    """Return the quoted name after "/openai/deployments" in a path; "" if it is missing, None for any other path."""
    at = path.lower().rfind(_DEPLOYMENTS)
    rest = path[at + len(_DEPLOYMENTS) :]
    return None if at < 0 or not f"{rest}/".startswith("/") else rest.strip("/").partition("/")[0]


def _is_azure_host(netloc: str) -> bool:
    host = netloc.rpartition("@")[2].partition(":")[0].lower().removesuffix(".")
    return host.endswith(_HOSTS)
