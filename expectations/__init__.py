"""What is believable. dbt asks whether a table is well formed; here we ask whether the world is.

One module per audited table, named after it. Importing this package takes seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from great_expectations.core import ExpectationSuite

from arobase.catalog import Catalog
from expectations import batches, indicator_values

SUITES: Mapping[str, Callable[[Catalog], ExpectationSuite]] = {
    "indicator_values": indicator_values.suite,
    "batches": batches.suite,
}
"""The suite of each audited table."""
