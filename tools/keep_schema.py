"""Keep the schema as it is published: what the next one is held against.

    python tools/keep_schema.py [VERSION]

Writes warehouse/published_schema.json. Run it when a release has been made, with its version; a
test then holds every later change of the schema against it. Without a version, the one that is
kept stays. A change that breaks queries and is not declared is refused.
"""

from __future__ import annotations

import argparse
import sys

from warehouse.schema_description import (
    PUBLISHED_FILE,
    describe_schema,
    read_description,
    write_description,
)
from warehouse.schema_versions import (
    FIRST_VERSION,
    BreakingChangeError,
    compare_schemas,
    next_version,
)


def main() -> None:
    """Hold the schema against the one that is kept, and keep it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("version", nargs="?", help="the release that published it, such as 1.2.0")
    version = parser.parse_args().version
    if PUBLISHED_FILE.exists():
        before = read_description(PUBLISHED_FILE)
        version = version or before.version
        changes = compare_schemas(before, describe_schema())
        try:
            next_version(before.version, changes, rows_changed=False)
        except BreakingChangeError as error:
            sys.exit(str(error))
        for change in changes:
            print(f"{change.level}: {change}")
    schema = describe_schema(version=version or FIRST_VERSION)
    PUBLISHED_FILE.write_text(write_description(schema), encoding="utf-8")
    print(f"{PUBLISHED_FILE.name}: the schema of version {schema.version}")


if __name__ == "__main__":
    main()
