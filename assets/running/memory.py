"""The most memory that a process may have, where others decide how much its work needs."""


def limit_memory(most_bytes: int) -> None:
    """Let this process have no more memory of its own: asking for more fails, or ends it.

    Linux keeps it. macOS lets a process say so and keeps to nothing; elsewhere nobody can say it.
    """
    try:
        import resource
    except ImportError:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    most = most_bytes if hard == resource.RLIM_INFINITY else min(most_bytes, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (most, hard))
