"""GraphQL over HTTP, WebSocket (graphql-transport-ws), SSE and multipart.

Who asks is settled before anything is read: an unknown token is 401 over HTTP, and closes a socket (4403). Refusals
of HTTP itself are JSON like everything else. Open sockets are remembered, so that a shutdown ends them at once.
Conformance overrides: a request that fails before execution answers 400 to clients that ask for
`application/graphql-response+json`.
"""

import asyncio
import json
from typing import Any

import orjson
from aiohttp import WSCloseCode, web
from cross_web import HTTPException
from strawberry.aiohttp.views import GraphQLView
from strawberry.exceptions import ConnectionRejectionError
from strawberry.types import ExecutionResult
from strawberry.types.unset import UNSET, UnsetType

from orion_daemon.graphql.context import GatewayContext, GatewayParts
from orion_daemon.graphql.errors import unauthenticated
from orion_daemon.graphql.listening import Listening
from orion_daemon.graphql.schema import SCHEMA

GRAPHQL_RESPONSE = "application/graphql-response+json"
PROTOCOLS = ("graphql-transport-ws", "graphql-sse", "multipart-subscription")
_HEARTBEAT = 20.0  # seconds
_CLOSING = 1.0  # seconds a peer has to answer our closing of its socket
_PER_SOCKET = 100  # operations


def refusal(code: str, message: str) -> bytes:
    return orjson.dumps({"errors": [{"message": message, "extensions": {"code": code}}]})


class View(GraphQLView):
    def __init__(self, parts: GatewayParts, listening: Listening) -> None:
        super().__init__(
            schema=SCHEMA,
            graphql_ide=None,
            allow_queries_via_get=False,
            subscription_protocols=PROTOCOLS,
            max_subscriptions_per_connection=_PER_SOCKET,
            allowed_origins=parts.allowed_origins,
        )
        self._parts = parts
        self._listening = listening
        self._sockets: set[web.WebSocketResponse] = set()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        try:
            if request.method != "POST" and not self.is_websocket_request(request):
                raise HTTPException(405, "Send queries and mutations by POST, subscriptions also over a WebSocket.")
            answer: web.StreamResponse = await self.run(request=request)
            return answer
        except HTTPException as error:
            headers = {"Allow": "POST"} if error.status_code == 405 else {}
            return web.Response(
                body=refusal("BAD_REQUEST", error.reason),
                status=error.status_code,
                headers=headers,
                content_type="application/json",
            )

    async def get_context(self, request: web.Request, response: Any) -> GatewayContext:  # type: ignore[override]
        """Raises web.HTTPUnauthorized. A socket may also log in with its first message."""
        context = GatewayContext(self._parts, self._listening)
        token = bearer(request.headers.get("Authorization"))
        is_socket = isinstance(response, web.WebSocketResponse)
        if (token and await context.log_in(token)) or (is_socket and not token):
            return context
        if is_socket:
            await response.close(code=4403, message=b"Forbidden")
            return context
        raise web.HTTPUnauthorized(
            text=refusal("UNAUTHENTICATED", unauthenticated().message).decode(),
            content_type="application/json",
            headers={"WWW-Authenticate": 'Bearer realm="orion"'},
        )

    async def on_ws_connect(self, context: Any) -> UnsetType | dict[str, object] | None:
        if not context.is_known:
            params = context.connection_params or {}
            given = params.get("authorization", params.get("Authorization"))
            token = bearer(given) if isinstance(given, str) else None
            if not token or not await context.log_in(token):
                raise ConnectionRejectionError
        nothing: UnsetType = UNSET
        return nothing

    async def create_websocket_response(self, request: web.Request, subprotocol: str | None) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(
            protocols=[subprotocol] if subprotocol else [],
            heartbeat=_HEARTBEAT,
            max_msg_size=self._parts.limits.max_body,
            timeout=_CLOSING,
        )
        await socket.prepare(request)
        self._sockets.add(socket)
        return socket

    async def run(self, request: Any, context: Any = UNSET, root_value: Any = UNSET) -> Any:
        try:
            return await super().run(request, context, root_value)
        finally:
            self._sockets = {socket for socket in self._sockets if not socket.closed}

    async def close(self) -> None:
        """End every socket; whoever listens on it stops."""
        sockets, self._sockets = self._sockets, set()
        await asyncio.gather(
            *(socket.close(code=WSCloseCode.GOING_AWAY, message=b"shutting down") for socket in sockets),
            return_exceptions=True,
        )

    def decode_json(self, data: str | bytes) -> object:
        """Only objects mean anything here; batches, numbers and the like are refused as what cannot be read."""
        found = orjson.loads(data)
        if not isinstance(found, dict):
            raise json.JSONDecodeError("an object was expected", "", 0)
        return found

    def encode_json(self, data: object) -> str:
        return orjson.dumps(data).decode()  # bytes would become binary frames, which clients do not read

    async def get_sub_response(self, request: web.Request) -> web.Response:
        response = web.Response()
        accepts = request.headers.get("Accept", "")
        response.content_type = GRAPHQL_RESPONSE if GRAPHQL_RESPONSE in accepts else "application/json"
        return response

    async def process_result(self, request: web.Request, result: ExecutionResult) -> Any:
        data = await super().process_result(request, result)
        if result.data is None and result.errors and all(error.path is None for error in result.errors):
            data.pop("data", None)  # a request that was not executed has no data
        return data

    def create_response(self, response_data: Any, sub_response: web.Response) -> web.Response:
        if sub_response.content_type == GRAPHQL_RESPONSE and "data" not in response_data:
            sub_response.set_status(400)
        sub_response.body = orjson.dumps(response_data)
        return sub_response


def bearer(header: str | None) -> str | None:
    scheme, _, token = (header or "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None
