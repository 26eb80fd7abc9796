"""Forty threads of AnyIO share fifteen connections.

Cause: anyio-connections
"""

import anyio
import anyio.to_thread
from sqlalchemy import create_engine, pool

engine = create_engine(
    "sqlite://",
    poolclass=pool.QueuePool,
    pool_size=5,
    max_overflow=10,
    pool_timeout=3600,
    connect_args={"check_same_thread": False},
)


async def request(number):
    connection = await anyio.to_thread.run_sync(engine.connect)
    if number == 14:
        print("hanging", flush=True)
    await anyio.sleep(0.2)  # the other requests come in
    await anyio.to_thread.run_sync(connection.close)


async def main():
    async with anyio.create_task_group() as group:
        for number in range(100):
            group.start_soon(request, number)


anyio.run(main)
