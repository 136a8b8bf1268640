"""Visits a route with the package `websockets`, and prints a line of JSON for each step."""

import asyncio
import json
import os

import websockets
from websockets.version import version

URL, KEY, SOURCE = (os.environ[name] for name in ("ROUTE", "KEY", "SOURCE"))
HEADERS_OPTION = "additional_headers" if int(version.split(".")[0]) >= 14 else "extra_headers"


def target():
    if SOURCE == "header":
        return URL, {HEADERS_OPTION: {"X-Api-Key": KEY}, "subprotocols": ["chat.v1"]}
    if SOURCE == "query":
        return f"{URL}?api_key={KEY}", {"subprotocols": ["chat.v1"]}
    if SOURCE == "subprotocol":
        return URL, {"subprotocols": [f"sluice.key.{KEY}", "chat.v1"]}
    return URL, {"subprotocols": ["chat.v1"]}


def report(**fields):
    print(json.dumps(fields), flush=True)


async def main():
    url, options = target()
    async with websockets.connect(url, **options) as websocket:
        await websocket.send("grüße")
        text = await websocket.recv()
        await websocket.send(bytes([0, 255, 128]))
        binary = await websocket.recv()
        report(
            text=text,
            binary=list(binary),
            subprotocol=websocket.subprotocol,
            extensions=websocket.response_headers.get("Sec-WebSocket-Extensions")
            if hasattr(websocket, "response_headers")
            else websocket.response.headers.get("Sec-WebSocket-Extensions"),
        )
        try:
            await websocket.recv()
        except websockets.exceptions.ConnectionClosed as closed:
            report(code=closed.rcvd.code, reason=closed.rcvd.reason)


asyncio.run(main())
