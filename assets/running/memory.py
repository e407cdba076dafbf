"""The most memory that a process may take, where others decide how much its work needs."""

from pathlib import Path


def limit_memory(most_bytes: int) -> None:
    """Let this process take so much memory beyond what it has: asking for more fails, or ends it.

    Linux keeps it. macOS lets a process say so and keeps to nothing; elsewhere nobody can say it.
    """
    try:
        import resource
    except ImportError:
        return
    held = Path("/proc/self/statm")  # pages; the sixth number is data and stacks
    if held.exists():
        most_bytes += int(held.read_text().split()[5]) * resource.getpagesize()
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    most = most_bytes if hard == resource.RLIM_INFINITY else min(most_bytes, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (most, hard))
