"""Who runs the tasks of a sweep: processes or threads here, or a cluster."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, NamedTuple

from reentrysim.experiments.plan import check_options, cores
from reentrysim.vocabulary import InputError, nearest

BACKENDS = ("loky", "threading", "dask")


class Workers(NamedTuple):
    """Who runs tasks."""

    jobs: int
    backend: str = "loky"
    context: Callable[[], AbstractContextManager[Any]] | None = None
    """What the backend needs around it, such as a client of a cluster."""


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


def workers_of(jobs: int | None, backend: str, scheduler: str | None) -> Workers:
    """Who runs tasks, checked.

    Raises:
        InputError: like `check_workers`, and when no scheduler answers or it has nobody.
    """
    check_workers(jobs, backend, scheduler)
    if scheduler is None:
        return Workers(jobs or cores(), backend)
    client = _client(scheduler)
    return Workers(jobs or _threads(client), backend, lambda: client)


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


def _threads(client: Any) -> int:
    """Tasks that the workers of a cluster run at once."""
    found = sum(client.nthreads().values())
    if not found:
        client.close()
        raise InputError("the scheduler has no workers", where="--scheduler", hint="Start some: dask worker tcp://...")
    return int(found)
