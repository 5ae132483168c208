"""Settings: the environment, read once, on first use. Facts about towns are in the catalogue."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PROJECT_ROOT = Path(__file__).resolve().parents[2]


class Settings(BaseSettings):
    """What the environment decides. Every field is in `.env.example`."""

    model_config = SettingsConfigDict(env_prefix="AROBASE_", frozen=True, extra="ignore")

    home: Path = Path("var")
    """Where all state lives: landing, inbox, warehouse, published versions, Airflow's own files."""

    catalog: Annotated[tuple[Path, ...], NoDecode] = (PROJECT_ROOT / "catalog",)
    """Catalogue folders, separated by `:`; a later one adds to or overrides an earlier one."""

    project: Path = PROJECT_ROOT
    """Where `dags/` and `dbt_project/` are; differs from the default only in an installed image."""

    target: Literal["embedded", "lake"] = "embedded"
    """Where the warehouse lives: one DuckDB file, or DuckLake."""

    now: AwareDatetime | None = None
    """Freezes the product's clock, for tests and for replaying a date."""

    dashboard_port: int = Field(8050, ge=1, le=65535)
    gateway_port: int = Field(8081, ge=1, le=65535)
    airflow_port: int = Field(8080, ge=1, le=65535)
    sandbox_port: int = Field(8090, ge=1, le=65535)

    inbox_token: SecretStr | None = None
    """What an authorised person shows to send a file to the gateway; none: nobody may."""

    inbox_max_megabytes: int = Field(200, ge=1)
    """Largest file the gateway accepts."""

    @field_validator("home", "project", mode="after")
    @classmethod
    def _absolute(cls, path: Path) -> Path:
        return path.expanduser().absolute()

    @field_validator("catalog", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(Path(part).expanduser().absolute() for part in value.split(":") if part)
        return value

    @property
    def landing(self) -> Path:
        """Bytes as received, append-only."""
        return self.home / "landing"

    @property
    def inbox(self) -> Path:
        """Dropped files waiting to be landed, one folder per source and town."""
        return self.home / "inbox"

    @property
    def warehouse(self) -> Path:
        """The one DuckDB file that only the writer opens."""
        return self.home / "warehouse" / "warehouse.duckdb"

    @property
    def published(self) -> Path:
        """The published versions; `marts.duckdb` in it always names the newest."""
        return self.home / "published"

    @property
    def airflow_home(self) -> Path:
        """Airflow's metadata, logs and configuration."""
        return self.home / "airflow"


@cache
def settings() -> Settings:
    """Return the settings of this process; `settings.cache_clear()` makes it read them again."""
    return Settings()


def current_time() -> datetime:
    """Return the product's present instant in UTC: `AROBASE_NOW` when set, else the real clock."""
    return (settings().now or datetime.now(UTC)).astimezone(UTC)


def environment_id(name: str) -> str:
    """Return an id as it is spelled in variable names: upper case, other characters as `_`."""
    return "".join(char if char.isalnum() and char.isascii() else "_" for char in name).upper()


def base_url_override(source_id: str) -> str | None:
    """Return `AROBASE_BASE_URL__<SOURCE>`, without a trailing slash, if it is set."""
    value = os.environ.get(f"AROBASE_BASE_URL__{environment_id(source_id)}", "").rstrip("/")
    return value or None


def secret_from_environment(city_id: str, source_id: str) -> SecretStr | None:
    """Return `AROBASE_SECRET__<CITY>__<SOURCE>` if it is set."""
    name = f"AROBASE_SECRET__{environment_id(city_id)}__{environment_id(source_id)}"
    value = os.environ.get(name, "")
    return SecretStr(value) if value else None
