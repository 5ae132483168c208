"""Files sent by an authorised person land in the inbox, whole or not at all."""

from __future__ import annotations

import errno
import os

import pytest

from arobase import inbox
from arobase.settings import settings

PLACE = "/inbox/family_portal/cachan"
CONTENT = "Id compte;Date d'ouverture\r\n1;02/10/2020\r\n".encode("cp1252")


def _send(client, token, place=PLACE, name="comptes.csv", content=CONTENT):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return client.post(place, params={"name": name}, content=content, headers=headers)


def _received():
    return [path.relative_to(settings().inbox).as_posix() for path in inbox.ready()]


def test_a_file_is_ready_in_the_inbox_once_it_is_accepted(client, token):
    answer = _send(client, token)

    assert answer.status_code == 202
    assert _received() == ["family_portal/cachan/comptes.csv"]
    assert inbox.ready()[0].read_bytes() == CONTENT


def test_without_a_token_in_the_settings_nobody_may_and_it_is_said_how(client):
    answer = _send(client, "anything")

    assert answer.status_code == 403
    assert "AROBASE_INBOX_TOKEN" in answer.json()["detail"]
    assert _received() == []


@pytest.mark.parametrize("given", ["", "wrong", "é"])
def test_a_wrong_token_is_401(client, token, given):
    headers = {"Authorization": b"Bearer " + given.encode()}
    answer = client.post(PLACE, params={"name": "a.csv"}, content=CONTENT, headers=headers)

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert _received() == []


@pytest.mark.parametrize(
    ("place", "detail"),
    [
        ("/inbox/family_portl/cachan", "did you mean 'family_portal'?"),
        ("/inbox/family_portal/cachann", "did you mean 'cachan'?"),
        ("/inbox/brevo/cachan", "it takes no file"),
    ],
)
def test_an_unknown_place_is_404(client, token, place, detail):
    answer = _send(client, token, place)

    assert answer.status_code == 404
    assert detail in answer.json()["detail"]


@pytest.mark.parametrize("name", ["../../etc/passwd", ".hidden", "a/b.csv", "a\nb.csv", ""])
def test_a_name_that_could_leave_its_folder_is_refused(client, token, name):
    answer = _send(client, token, name=name)

    assert answer.status_code in {400, 422}
    assert _received() == []


def test_a_file_over_the_limit_is_413_whether_or_not_it_says_its_length(client, token, monkeypatch):
    monkeypatch.setenv("AROBASE_INBOX_MAX_MEGABYTES", "1")
    settings.cache_clear()
    chunk = b"x" * 300_000

    announced = _send(client, token, content=chunk * 4)
    streamed = _send(client, token, content=iter([chunk] * 4))

    assert (announced.status_code, streamed.status_code) == (413, 413)
    assert _received() == []
    assert list((settings().home / "receiving").iterdir()) == []


def test_a_full_disk_is_503_and_nothing_half_written(client, token, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(inbox, "drop", full)

    answer = _send(client, token)

    assert answer.status_code == 503
    assert "No space left" in answer.json()["detail"]
    assert _received() == []
    assert list((settings().home / "receiving").iterdir()) == []


def test_an_empty_body_is_refused(client, token):
    assert _send(client, token, content=b"").status_code == 400
