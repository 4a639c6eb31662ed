"""The one module that enqueues jobs: a wake-up in Redis, after the commit, that says only that something waits."""

import threading

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.serializers import JSONSerializer

QUEUE = "routing"
DRAIN = "router.jobs.drain"
REPLAY = "router.jobs.replay"
FLAG = "firstcontact:drain-queued"
FLAG_LASTS_MS = 2_000
PAUSE = 0.015
"""Seconds between two looks at the flag: a worker that is awake takes what comes in meanwhile as well, and a job for
every few contacts costs it more than they do."""

PROBE = "firstcontact:probe"
PROBE_LASTS_MS = 1
JOB_TIMEOUT = 120
CLOSING_SECONDS = 5.0


def queue(redis: Redis) -> Queue:
    """The queue that the workers listen to."""
    return Queue(QUEUE, connection=redis, serializer=JSONSerializer, default_timeout=JOB_TIMEOUT)


def check(redis: Redis) -> None:
    """Raise RedisError unless a wake-up can be written now: a Redis without memory answers, and takes nothing."""
    redis.set(PROBE, "", px=PROBE_LASTS_MS)


class Wake:
    """Wakes a worker without making anybody wait: calls are gathered by a thread, and one job stands for many.

    Redis being away is not an error here: the sweeper finds what is waiting. `degraded` says that it is so.
    """

    def __init__(self, redis: Redis | None) -> None:
        """Wake workers through this Redis, or not at all without one."""
        self._redis = redis
        self._queue = queue(redis) if redis is not None else None
        self._wanted = threading.Event()
        self._closing = threading.Event()
        self.degraded = redis is None
        self._thread = threading.Thread(target=self._run, name="wake", daemon=True)
        if redis is not None:
            self._thread.start()

    def __call__(self) -> None:
        """Say that contacts are waiting; returns at once."""
        # Many come together, and to set it once more would take its lock for each.
        if not self._wanted.is_set():
            self._wanted.set()

    def _run(self) -> None:
        while not self._closing.is_set():
            self._wanted.wait()
            self._wanted.clear()
            if not self._closing.is_set():
                self.now()
            self._closing.wait(PAUSE)

    def now(self) -> bool:
        """Enqueue a job unless one is queued already; False when Redis cannot be reached."""
        if self._redis is None or self._queue is None:
            return False
        try:
            if self._redis.set(FLAG, "1", nx=True, px=FLAG_LASTS_MS):
                self._queue.enqueue(DRAIN, result_ttl=0, failure_ttl=3600)
            self.degraded = False
        except RedisError:
            self.degraded = True
        return not self.degraded

    def replay(self) -> bool:
        """Enqueue the start of a replay that waits; without Redis the scheduler finds it."""
        if self._queue is None:
            return False
        try:
            self._queue.enqueue(REPLAY, result_ttl=0, failure_ttl=3600)
        except RedisError:
            self.degraded = True
            return False
        return True

    def taken(self) -> None:
        """Say that the queued job has begun, so that what comes in from now on gets a new one."""
        if self._redis is None:
            return
        try:
            self._redis.delete(FLAG)
        except RedisError:
            self.degraded = True

    def close(self) -> None:
        """Let the thread end, and wait until it has: nobody is to use the connection that is closed next."""
        self._closing.set()
        self._wanted.set()
        if self._thread.is_alive():
            self._thread.join(CLOSING_SECONDS)
