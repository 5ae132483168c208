from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from arobase.sandbox.app import create_app


def test_the_landing_page_is_french_and_its_links_answer(sandbox: Any) -> None:
    page = sandbox.get("/")

    links = [link.replace("&amp;", "&") for link in re.findall(r'href="([^"]+)"', page.text)]

    assert '<html lang="fr">' in page.text
    assert "Aucun chiffre d'ici n'est une mesure réelle" in page.text
    assert len(links) == 8
    statuses = {link: sandbox.get(link).status_code for link in links}
    assert {link for link, status in statuses.items() if status != 200} == {
        "/brevo/v3/contacts/lists/3"
    }


def test_health_gives_the_clock(sandbox: Any) -> None:
    assert sandbox.get("/health").json() == {"status": "ok", "now": "2020-10-01T06:00:00+00:00"}


def test_live_drops_begin_and_end_with_the_application(home: Path) -> None:
    app = create_app(2020, lambda: datetime(2026, 11, 24, 9, tzinfo=UTC), live_drop_seconds=0.01)
    markers = home / "inbox" / "family_portal"

    async def live() -> int:
        async with app.router.lifespan_context(app):
            for _ in range(300):
                await asyncio.sleep(0.01)
                if len(list(markers.glob("*/*.ready"))) == 4:
                    break
        return len(asyncio.all_tasks())

    assert asyncio.run(live()) == 1
    assert len(list(markers.glob("*/*.ready"))) == 4
