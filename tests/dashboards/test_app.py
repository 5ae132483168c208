"""The application over its own client, without a browser."""

import json
import re

import pytest

PAGES = ["/", "/indicateurs/facebook_followers", "/qualite", "/accessibilite", "/plan-du-site"]


def components(body: object) -> str:
    return json.dumps(body)


def ask(client, path: str, search: str = "") -> dict:
    """Ask for a page as the browser does."""
    dependencies = client.get("/_dash-dependencies").get_json()
    (wanted,) = [each for each in dependencies if "contenu.children" in each["output"]]
    outputs = [
        {"id": part.rsplit(".", 1)[0], "property": part.rsplit(".", 1)[1]}
        for part in wanted["output"].strip(".").split("...")
    ]
    values = {"pathname": path, "search": search, "data": None}
    inputs = [dict(each, value=values[each["property"]]) for each in wanted["inputs"]]
    answer = client.post(
        "/_dash-update-component",
        json={
            "output": wanted["output"],
            "outputs": outputs,
            "inputs": inputs,
            "changedPropIds": ["shell-url.pathname"],
        },
    )
    assert answer.status_code == 200
    return answer.get_json()["response"]


@pytest.mark.parametrize(
    "path", [*PAGES, "/health", "/_dash-layout", "/assets/app.js", "/nulle-part"]
)
def test_every_answer_has_the_security_headers(publisher, client, path: str) -> None:
    publisher.publish()

    headers = client.get(path).headers

    policy = headers["Content-Security-Policy"]
    script = re.search(r"script-src ([^;]*)", policy)
    assert script is not None
    assert "unsafe" not in script[1]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_first_page_already_says_its_language_and_its_own_title(
    publisher, client, path, language
) -> None:
    publisher.publish()

    text = client.get(f"{path}?lang={language}").text

    assert f'<html lang="{language}">' in text
    assert len(re.findall(r"<title>[^<]+ \| Arobase</title>", text)) == 1


def test_titles_are_unique(publisher, client) -> None:
    publisher.publish()

    titles = {re.search(r"<title>(.*?)</title>", client.get(path).text)[1] for path in PAGES}

    assert len(titles) == len(PAGES)


def test_an_address_without_a_page_is_404_and_says_so(publisher, client) -> None:
    publisher.publish()

    assert client.get("/nulle-part").status_code == 404
    assert client.get("/indicateurs/inconnu").status_code == 404
    assert "Page introuvable" in components(ask(client, "/nulle-part")["contenu"])


def test_before_the_first_publication_the_page_waits(publisher, client) -> None:
    assert client.get("/health").get_json()["published_version"] is None
    assert client.get("/").status_code == 200
    assert "Rien n\\u2019est encore publi" in components(ask(client, "/")["contenu"])
    assert client.get("/telechargements/open_datasets.csv").status_code == 503

    publisher.publish()

    assert client.get("/health").get_json()["published_version"] == 1
    assert "Cachan, ville num" in components(ask(client, "/")["contenu"])


def test_every_indicator_has_a_sheet_in_both_languages(
    publisher, client, repository_catalog
) -> None:
    publisher.publish()
    assert repository_catalog.indicators

    for indicator in repository_catalog.indicators.values():
        for language in ("fr", "en"):
            body = components(ask(client, f"/indicateurs/{indicator.id}", f"?lang={language}"))
            title = json.dumps(indicator.title.in_language(language))[1:-1]
            assert title in body


def test_a_new_version_is_served_at_once(publisher, client) -> None:
    publisher.publish()
    assert "2\\u202f554" in components(ask(client, "/", "?date=2020-10-01"))

    publisher.publish("update indicator_values set value = 2600 where value = 2554")

    body = components(ask(client, "/", "?date=2020-10-01"))
    assert "2\\u202f600" in body


def test_downloads_come_twice_and_refuse_what_they_do_not_know(publisher, client) -> None:
    publisher.publish()
    base = "/telechargements/fibre_coverage_share.csv?villes=94016&date=2020-10-01&variante="

    french, machine = client.get(base + "tableur"), client.get(base + "machine")

    assert french.data.startswith(b"\xef\xbb\xbf")
    assert "94,99923535708824" in french.text
    assert "94.99923535708824" in machine.text
    assert client.get(base + "autre").status_code == 404
    assert client.get("/telechargements/inconnu.csv").status_code == 404


def test_assets_are_compressed_and_kept(publisher, client) -> None:
    answer = client.get("/assets/10-base.css?m=1", headers={"Accept-Encoding": "gzip"})

    assert answer.headers["Content-Encoding"] == "gzip"
    assert "immutable" in answer.headers["Cache-Control"]


def test_no_chart_offers_to_send_its_data_elsewhere(publisher, client) -> None:
    publisher.publish()

    body = components(ask(client, "/indicateurs/facebook_followers"))

    assert '"showSendToCloud": false' in body
    assert '"displayModeBar": false' in body
