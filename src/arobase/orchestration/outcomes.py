"""What our errors mean to Airflow: skip, fail for good, or try again, and when."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from airflow.sdk import RetryDecision, RetryPolicy
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from arobase.errors import (
    ArobaseError,
    NothingPublished,
    SourceUnavailable,
    SourceUnchanged,
    WarehouseBusy,
)

WORTH_ANOTHER_TRY = (NothingPublished, SourceUnavailable, WarehouseBusy)
FIRST_DELAY_S = 10.0
LONGEST_DELAY_S = 3_600.0


@contextmanager
def airflow_outcomes() -> Iterator[None]:
    """Skip when nothing is new, fail at once when a person must act; else it is tried again.

    What is not ours (a full memory, a bug) is tried again too: Airflow counts the tries.
    """
    try:
        yield
    except SourceUnchanged as error:
        raise AirflowSkipException(str(error)) from error
    except WORTH_ANOTHER_TRY:
        raise
    except ArobaseError as error:
        raise AirflowFailException(str(error)) from error


class Patience(RetryPolicy):
    """Waits twice as long after each try, and never less than the publisher asked."""

    def evaluate(
        self,
        exception: BaseException,
        try_number: int,
        max_tries: int,
        context: Any = None,
    ) -> RetryDecision:
        """Return when to try again."""
        delay_s = min(FIRST_DELAY_S * 2 ** (try_number - 1), LONGEST_DELAY_S)
        if isinstance(exception, SourceUnavailable) and exception.retry_after_s is not None:
            delay_s = max(delay_s, exception.retry_after_s)
        return RetryDecision.retry(timedelta(seconds=delay_s), reason=str(exception))

    def serialize(self) -> dict[str, Any]:
        """Return nothing: the policy has no setting."""
        return {}

    @classmethod
    def deserialize(cls, data: dict[str, Any]) -> Patience:
        """Return the policy."""
        return cls()
