"""Who runs the tasks of a sweep: processes or threads here, or a cluster."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from reentrysim.experiments.plan import check_options, cores
from reentrysim.vocabulary import InputError, nearest

BACKENDS = ("loky", "threading", "dask")
WAIT_SECONDS = 60.0


@dataclass(frozen=True)
class Workers:
    """Who runs tasks."""

    jobs: int
    backend: str = "loky"
    client: Any = None
    """Of a cluster."""

    @property
    def elsewhere(self) -> bool:
        """Whether tasks run on other machines."""
        return self.client is not None

    def ready(self) -> None:
        """Wait until a cluster has somebody to run tasks.

        Raises:
            TimeoutError: when it has nobody for WAIT_SECONDS.
        """
        for _ in range(int(WAIT_SECONDS)) if self.elsewhere else ():
            if _threads(self.client):
                return
            time.sleep(1.0)
        if self.elsewhere:
            raise TimeoutError(f"the cluster has had no workers for {WAIT_SECONDS:g} s")

    def for_joblib(self) -> Any:
        """The backend as joblib takes it."""
        return _cluster(self.client) if self.elsewhere else self.backend


def check_workers(jobs: int | None = None, backend: str = "loky", scheduler: str | None = None) -> None:
    """Refuses an unknown backend, a scheduler that goes with none, and a number of processes out of range.

    Raises:
        InputError: saying which.
    """
    if backend not in BACKENDS:
        raise InputError(f"unknown backend {backend!r}", where="--backend", hint=nearest(backend, BACKENDS))
    if (backend == "dask") != (scheduler is not None):
        what = "--scheduler goes with --backend dask" if scheduler else "--backend dask needs the address of a cluster"
        raise InputError(what, hint="For example: --backend dask --scheduler tcp://127.0.0.1:8786")
    check_options(jobs=None if backend == "dask" else jobs)


@contextmanager
def workers_of(jobs: int | None, backend: str, scheduler: str | None) -> Iterator[Workers]:
    """Yields who runs tasks; a cluster is let go at the end.

    Raises:
        InputError: like `check_workers`, and when no scheduler answers or it has too few workers.
    """
    check_workers(jobs, backend, scheduler)
    if scheduler is None:
        yield Workers(jobs or cores(), backend)
        return
    with _client(scheduler) as client:
        threads = _threads(client)
        if not threads:
            hint = "Start some: dask worker tcp://..."
            raise InputError("the scheduler has no workers", where=f"--scheduler {scheduler}", hint=hint)
        yield Workers(jobs or threads, backend, client)


def _client(scheduler: str) -> Any:
    try:
        from distributed import Client
    except ImportError:
        hint = 'Install it: pip install "reentrysim[distributed]"'
        raise InputError("--backend dask needs the package distributed", hint=hint) from None
    try:
        return Client(scheduler, timeout=10, set_as_default=True)  # type: ignore[no-untyped-call, unused-ignore]
    except (OSError, ValueError, TimeoutError) as error:
        what = f"no scheduler answers ({str(error).splitlines()[0]})"
        hint = "Start `dask scheduler`, and name its address"
        raise InputError(what, where=f"--scheduler {scheduler}", hint=hint) from None


def _cluster(client: Any) -> Any:
    """joblib's backend for Dask, used also while a cluster has one thread: by itself joblib would run tasks here."""
    from joblib._dask import DaskDistributedBackend

    class Cluster(DaskDistributedBackend):  # type: ignore[misc, unused-ignore]
        def effective_n_jobs(self, n_jobs: int) -> int:
            return max(int(super().effective_n_jobs(n_jobs)), 2)

    return Cluster(client=client)


def _threads(client: Any) -> int:
    """Tasks that the workers of a cluster run at once."""
    return int(sum(client.nthreads().values()))
