"""Our errors mean to Airflow what errors.py says they mean."""

from __future__ import annotations

import inspect
import re

import pytest
from airflow.sdk import RetryAction
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from arobase import errors
from arobase.orchestration.outcomes import Patience, airflow_outcomes

DOCUMENTED = dict(re.findall(r"[-+] (\w+) +(stop|retry|skip):", inspect.getdoc(errors) or ""))


def test_every_error_of_errors_py_says_what_to_do():
    raised = {
        name
        for name, each in inspect.getmembers(errors, inspect.isclass)
        if issubclass(each, errors.ArobaseError) and not each.__subclasses__()
    }

    assert raised
    assert raised == DOCUMENTED.keys()


@pytest.mark.parametrize(("name", "advice"), DOCUMENTED.items())
def test_an_error_has_the_outcome_errors_py_documents(name: str, advice: str):
    error: type[errors.ArobaseError] = getattr(errors, name)
    outcome = {"stop": AirflowFailException, "skip": AirflowSkipException, "retry": error}[advice]

    with pytest.raises(outcome, match="what happened"), airflow_outcomes():
        raise error("what happened")


def test_a_failure_that_is_not_ours_is_left_to_the_retries():
    with pytest.raises(MemoryError), airflow_outcomes():
        raise MemoryError


@pytest.mark.parametrize(("try_number", "seconds"), [(1, 10), (2, 20), (3, 40), (40, 3_600)])
def test_each_wait_is_twice_the_one_before_up_to_an_hour(try_number: int, seconds: float):
    decision = Patience().evaluate(errors.WarehouseBusy("busy"), try_number, 50)

    assert decision.action is RetryAction.RETRY
    assert decision.retry_delay is not None
    assert decision.retry_delay.total_seconds() == seconds


@pytest.mark.parametrize(("asked", "waited"), [(900.0, 900), (3.0, 10), (7_200.0, 7_200)])
def test_a_publisher_is_never_asked_again_before_it_said(asked: float, waited: float):
    error = errors.SourceUnavailable("over the limit", retry_after_s=asked)

    decision = Patience().evaluate(error, 1, 3)

    assert decision.retry_delay is not None
    assert decision.retry_delay.total_seconds() == waited
