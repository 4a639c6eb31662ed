"""A worker process: takes jobs from the one queue, in its main thread, until told to stop."""

import logging
from typing import Any

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, SimpleWorker
from rq.job import Job
from rq.serializers import JSONSerializer

from router import jobs, logs, metrics, queue
from router.clients import redis_client, shared
from router.processes.child import begin, keep_loaded, on_stop

MAINTENANCE_SECONDS = 30
HEARTBEAT_SECONDS = 60
LOOK_FOR_REDIS_SECONDS = 1.0


class Worker(SimpleWorker):
    """RQ's worker that runs jobs in its own process, tells nobody what errors say, and is soon back after Redis."""

    max_connection_wait_time = LOOK_FOR_REDIS_SECONDS

    def subscribe(self) -> None:
        """Take no commands over Redis: signals say all there is to say."""

    def handle_exception(self, job: Job, *exc_info: Any) -> None:
        """Log and count a job that failed, by the last part of its function's name: `drain`, `replay`."""
        name = (job.func_name or "unknown").rpartition(".")[2]
        metrics.job_failed(name)
        logs.failed("job.failed", exc_info[1], job=name)

    def handle_job_failure(self, job: Job, queue: Queue, *args: Any, **kwargs: Any) -> None:
        """Keep nothing of the error in Redis: what it says may quote a contact, and its kind and place are logged."""
        kwargs.pop("exc_string", None)
        super().handle_job_failure(job, queue, *args, **kwargs)


def main() -> None:
    """Work until told to stop; a job that has begun is finished. Without Redis, wait for it: the sweeper routes."""
    _, settings = begin("worker")
    services = shared()
    if services.redis is None:
        return
    jobs.load()
    keep_loaded()
    if not _reachable(services.redis):
        return
    worker = Worker(
        [queue.QUEUE],
        connection=redis_client(settings),  # its own: it waits for jobs for longer than others may wait for an answer
        serializer=JSONSerializer,
        maintenance_interval=MAINTENANCE_SECONDS,
        worker_ttl=HEARTBEAT_SECONDS,
        log_job_description=False,
    )
    worker.work(logging_level=logging.getLevelName(logging.WARNING))
    services.close()


def _reachable(redis: Redis) -> bool:
    """Wait until Redis takes something; False when told to stop before it did."""
    stop = on_stop()
    while not _takes_something(redis):
        if stop.wait(LOOK_FOR_REDIS_SECONDS):
            return False
    return not stop.is_set()


def _takes_something(redis: Redis) -> bool:
    try:
        queue.check(redis)
    except RedisError:
        return False
    return True


if __name__ == "__main__":
    main()
