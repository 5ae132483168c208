"""What happens when a task gives up: one line that says which flow, why, and where to look."""

from __future__ import annotations

import logging
from typing import Any

logger = logging.getLogger(__name__)


def report_failure(context: dict[str, Any]) -> None:
    """Log a failed task for the people who watch the logs, in French then in English."""
    instance = context["task_instance"]
    logger.error(
        "%s, tâche %s : échec. %s / %s, task %s failed. See %s",
        context["dag"].dag_display_name,
        instance.task_id,
        context.get("exception") or "voir le journal",
        instance.dag_id,
        instance.task_id,
        getattr(instance, "log_url", "the task's log"),
    )
