"""Forty threads of AnyIO share fifteen connections.

On 3.15 faulthandler ends a stack at SQLAlchemy's compiled frames, before AnyIO's.

Cause: anyio-connections or connections
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


async def request():
    connection = await anyio.to_thread.run_sync(engine.connect)
    if engine.pool.checkedout() == 15:
        print("hanging", flush=True)
    await anyio.to_thread.run_sync(connection.close)


async def main():
    async with anyio.create_task_group() as group:
        for _ in range(100):
            group.start_soon(request)


anyio.run(main)
