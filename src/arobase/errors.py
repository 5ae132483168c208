"""Every error Arobase raises, named by what the caller should do next.

* ArobaseError
  - CatalogError           stop: a YAML file is wrong; a person must edit it
  - UsageError             stop: the command line asks for something that does not exist
  - SourceError
    + SourceUnavailable    retry: the publisher is down, slow, or asks us to wait
    + SourceRefused        stop: the token, key or permission is refused; a person must renew it
    + SourceChanged        stop: the publisher changed its format; a developer must look
    + SourceUnchanged      skip: nothing new since the last batch
  - WarehouseBusy          retry: another process holds the single writer's lock
  - WarehouseUnusable      stop: the disk is nearly full, or the file is damaged
  - RowsUnaccounted        stop: rows came in that were neither loaded, set aside nor recognised
  - TransformFailed        stop: a dbt model or one of its shape rules failed
  - AuditFailed            stop: an expectation could not be computed; nothing new is published
  - PublicationError       stop: the new version could not be built; the old one stays
  - NothingPublished       retry: no version is there to read yet; the first refresh makes one
  - ServiceFailed          stop: a process of `arobase up` cannot start or does not stay up

Messages are for people: each names what, where, and what to do. None ever holds a secret.
"""

from __future__ import annotations


class ArobaseError(Exception):
    """Anything Arobase raises on purpose."""


class CatalogError(ArobaseError):
    """A catalogue file is wrong; the message names the file, the key and what was found."""


class UsageError(ArobaseError):
    """A command names a source, town or file that does not exist."""


class SourceError(ArobaseError):
    """A source could not be read."""


class SourceUnavailable(SourceError):
    """Retry later: the publisher is down, slow, or over its limit.

    Args:
        message: what happened, where.
        retry_after_s: how long the publisher asked us to wait, in seconds, when it said so.
    """

    def __init__(self, message: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class SourceRefused(SourceError):
    """The publisher refuses our token, key or permission: retrying only makes it worse."""


class SourceChanged(SourceError):
    """The answer no longer has the shape the connector was written for."""


class SourceUnchanged(SourceError):
    """There is nothing new since the last batch."""


class WarehouseBusy(ArobaseError):
    """Another process is writing the warehouse."""


class WarehouseUnusable(ArobaseError):
    """The warehouse cannot be opened safely: too little disk, or a damaged file."""


class RowsUnaccounted(ArobaseError):
    """Rows came in that were neither loaded, quarantined nor recognised as known."""


class TransformFailed(ArobaseError):
    """A model did not build, or one of its shape rules does not hold."""


class AuditFailed(ArobaseError):
    """An expectation could not be computed; whether the figures are believable is unknown."""


class PublicationError(ArobaseError):
    """The next published version could not be built; readers keep the present one."""


class NothingPublished(ArobaseError):
    """There is no published version to read yet."""


class ServiceFailed(ArobaseError):
    """A process of `arobase up` cannot start or stay up; the message has its last lines."""
