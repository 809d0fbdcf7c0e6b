"""What a reader decided about a file, what else it could have been, and how a person overrules it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Option = Literal[
    "encoding",
    "delimiter",
    "quote",
    "escape",
    "skip_rows",
    "header_rows",
    "footer_rows",
    "decimal",
    "date_order",
    "sheet",
    "table",
    "types",
]
# 'certain': the file leaves no other reading. 'likely': another one is possible, but worse. 'assumed': a choice
# between readings that the file alone can't settle.
Confidence = Literal["certain", "likely", "assumed"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Alternative(_Frozen):
    """Another reading: `value` is what the decision's `option` takes, `label` says it in words."""

    value: str
    label: str


class ReadDecision(_Frozen):
    """One thing that the reader decided about a file, such as ('delimiter', 'semicolon').

    `option` names the field of `ReadOptions` that changes it (for `types`, the entry of `column`); without one,
    nothing does. `chosen` is the decision as that option's value.
    """

    what: str
    value: str
    note: str = ""
    option: Option | None = None
    column: str | None = None
    chosen: str = ""
    confidence: Confidence = "certain"
    alternatives: tuple[Alternative, ...] = ()


class ReadOptions(_Frozen):
    """How a person wants a file to be read; what is left out, the reader decides.

    `delimiter` may be several characters; `space` in words means any run of blanks, `none` a single column.
    `quote` and `escape` are one character, or empty for none. `types` maps a column's name to a type's name, as the
    alternatives of its decision list them ('text' always works).
    """

    encoding: str | None = Field(default=None, max_length=40)
    delimiter: str | None = Field(default=None, max_length=8)
    quote: str | None = Field(default=None, max_length=1)
    escape: str | None = Field(default=None, max_length=1)
    skip_rows: int | None = Field(default=None, ge=0, le=100_000)
    header_rows: int | None = Field(default=None, ge=0, le=5)
    footer_rows: int | None = Field(default=None, ge=0, le=1_000)
    decimal: Literal[".", ","] | None = None
    date_order: Literal["day first", "month first"] | None = None
    sheet: str | None = Field(default=None, max_length=200)
    table: str | None = Field(default=None, max_length=200)
    types: dict[str, str] = Field(default_factory=dict, max_length=10_000)

    @property
    def given(self) -> dict[str, object]:
        """What the person said, and nothing else."""
        return self.model_dump(exclude_defaults=True)
