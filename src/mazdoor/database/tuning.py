"""Server settings for bulk work on a small machine. Nothing here trades safety for speed: ``fsync`` stays on."""

from __future__ import annotations

import os
from typing import Final

_SMALL_SHARED_MEMORY: Final = 1 << 30


def server_settings() -> dict[str, str]:
    """PostgreSQL settings by name, fitted to this machine's memory and processors."""
    memory = memory_mb()
    processors = os.cpu_count() or 2
    settings = {
        # Memory: a sixteenth for shared buffers leaves the operating system's cache, DuckDB and Python their part.
        "shared_buffers": f"{max(64, min(2048, memory // 16))}MB",
        "effective_cache_size": f"{max(256, memory // 2)}MB",
        "work_mem": f"{max(8, min(64, memory // 256))}MB",
        "maintenance_work_mem": f"{max(64, min(768, memory // 32))}MB",
        "temp_buffers": "32MB",
        # Bulk: few, long checkpoints; a COPY into a table made or emptied in its transaction skips the log.
        "max_wal_size": "8GB",
        "min_wal_size": "256MB",
        "checkpoint_timeout": "15min",
        "checkpoint_completion_target": "0.9",
        # Compressing each page image took 0.2 ms of processor, ten times a registration; the log is short-lived here.
        "wal_compression": "off",
        "wal_buffers": "32MB",
        "wal_level": "minimal",
        "max_wal_senders": "0",
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        # Planning: solid-state disks, two processors, statements compiled never (short ones would pay for it).
        "random_page_cost": "1.1",
        "max_parallel_workers_per_gather": str(min(2, max(0, processors - 1))),
        "max_worker_processes": str(max(6, processors + 4)),  # two of them read pages back after a start
        "jit": "off",
        "max_connections": "100",
        "max_locks_per_transaction": "256",  # tables by month hold many partitions in one statement
        # Times are kept in UTC; the log never repeats a statement, a parameter or a row: they hold personal data.
        "timezone": "UTC",
        "log_timezone": "UTC",
        "password_encryption": "scram-sha-256",
        "log_min_messages": "warning",
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
        "log_parameter_max_length": "0",
        "log_parameter_max_length_on_error": "0",
        "log_statement": "none",
        "log_line_prefix": "%m [%p] ",
    }
    if _shared_memory_folder() < _SMALL_SHARED_MEMORY:
        settings["dynamic_shared_memory_type"] = "mmap"  # containers often give /dev/shm 64 MB only
    if is_throwaway():
        # For test databases, removed after use: survives the death of any process, not of the machine.
        settings |= {"fsync": "off", "full_page_writes": "off", "shared_buffers": "128MB", "max_wal_size": "1GB"}
    return settings


def is_throwaway() -> bool:
    """Whether this is a database of tests."""
    return os.environ.get("MAZDOOR_DATABASE_THROWAWAY") == "1"


def memory_mb() -> int:
    """Memory of this machine in MB; 4 GB where it does not tell."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 1_000_000
    except (ValueError, OSError):
        return 4096


def _shared_memory_folder() -> int:
    """Bytes of ``/dev/shm``; large where the system has none (macOS uses another way)."""
    try:
        status = os.statvfs("/dev/shm")  # noqa: S108 looked at, never written
    except OSError:
        return _SMALL_SHARED_MEMORY
    return status.f_frsize * status.f_blocks
