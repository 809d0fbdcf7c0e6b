"""Write docs/settings.md and .env.example from the settings tree."""

from __future__ import annotations

from pathlib import Path

from lakeglass.core.settings import Settings, describe

ROOT = Path(__file__).resolve().parent.parent


def page() -> str:
    """The documentation page."""
    rows = [
        f"| `{line.env}` | `{line.default}` | {line.description} |"
        for line in describe(Settings(_env_file=None))
    ]
    return (
        "# Settings\n\n"
        "Read from the environment and from a `.env` file in the working directory; the environment wins.\n"
        "`lakeglass doctor` shows the values in force.\n\n"
        "| variable | default | meaning |\n|---|---|---|\n" + "\n".join(rows) + "\n"
    )


def example() -> str:
    """A `.env` to start from: every setting, commented out, at its default."""
    lines = [
        f"# {line.description}\n# {line.env}={_value(line.default)}"
        for line in describe(Settings(_env_file=None))
    ]
    return "\n".join(lines) + "\n"


def _value(default: str) -> str:
    return "" if default == "unset" else default


def main() -> None:
    """Write both files."""
    (ROOT / "docs" / "settings.md").write_text(page(), encoding="utf-8")
    (ROOT / ".env.example").write_text(example(), encoding="utf-8")


if __name__ == "__main__":
    main()
