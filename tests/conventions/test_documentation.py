"""What the documentation says is what the code does."""

from __future__ import annotations

import re

from arobase.settings import Settings
from docs.generate import pages


def test_the_generated_reference_is_up_to_date(repository):
    written = pages()
    assert written

    for name, text in written.items():
        path = repository / "docs/reference" / name
        assert path.is_file(), f"run `make docs`: {name} is missing"
        assert path.read_text("utf-8") == text, f"run `make docs`: {name} is out of date"


def test_every_setting_is_in_the_example_environment(repository):
    example = (repository / ".env.example").read_text()
    named = set(re.findall(r"^#? ?AROBASE_([A-Z_]+?)=", example, re.MULTILINE))
    dynamic = {name for name in named if name.startswith(("BASE_URL__", "SECRET__"))}

    assert {name.lower() for name in named - dynamic} == set(Settings.model_fields)


def test_links_between_documents_lead_somewhere(repository):
    documents = [
        repository / "README.md",
        repository / "CONTRIBUTING.md",
        *(repository / "docs").rglob("*.md"),
    ]
    assert len(documents) > 8

    broken = [
        f"{document.relative_to(repository)} -> {target}"
        for document in documents
        for target in re.findall(
            r"\]\((?!https?:|mailto:|#)([^)#\s]+)", document.read_text("utf-8")
        )
        if not (document.parent / target).exists()
    ]

    assert broken == []


def test_decisions_are_numbered_without_a_gap(repository):
    numbers = sorted(
        int(path.name[:4]) for path in (repository / "docs/decisions").glob("[0-9]*.md")
    )

    assert numbers == list(range(1, len(numbers) + 1))
    assert numbers
