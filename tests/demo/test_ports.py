"""A reserved port is its service's alone."""

import asyncio
import socket

from cadangan.demo.ports import reserved_port


def test_two_reservations_never_give_the_same_port() -> None:
    with reserved_port() as first, reserved_port(first) as second:
        assert first != second


def test_its_service_can_listen_there_and_a_second_one_cannot() -> None:
    async def listen(port: int) -> None:
        async with await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", port):
            with socket.create_connection(("127.0.0.1", port), timeout=5), reserved_port(port) as other:
                assert other != port

    with reserved_port() as port:
        asyncio.run(listen(port))


def test_a_released_port_can_be_had_again() -> None:
    with reserved_port() as port:
        pass
    with reserved_port(port) as again:
        assert again == port
