"""The ways in which an outcome is judged. What proves nothing is an escape, so that no case can rot unseen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, JsonValue

from lakeglass.sandbox.base import Execution, ExecutionStatus, Limits

Verdict = Literal["held", "contained", "escaped"]
Size = Literal["processes", "cpus", "open_files", "work_mb", "tmp_mb", "shm_mb", "work_files", "whole_mb"]
_REFUSALS = frozenset({"EPERM", "EACCES", "ENOENT", "EROFS", "ESRCH", "ENOTDIR"})
_GONE = _REFUSALS | {"ECONNREFUSED"}
_NOTHING: tuple[JsonValue, ...] = ([], 0, False)
_OVERSHOOT_MB = 700  # a watch looks every 100 ms, and lets 256 MB pass for what is shared


@dataclass(frozen=True, slots=True)
class Outcome:
    """`held`: refused. `contained`: it ran, and hurt nobody but its own session. `escaped`: anything else."""

    verdict: Verdict
    detail: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the snippet came to: `value` is the errno's name, what it left in `found`, or why it broke."""

    how: Literal["refused", "done", "broken"]
    value: JsonValue

    @property
    def nothing(self) -> bool:
        """Whether a search came back empty or was refused."""
        return self.value in (_NOTHING if self.how == "done" else _REFUSALS if self.how == "refused" else ())

    def __str__(self) -> str:
        said = {"done": "it succeeded", "refused": "proves nothing", "broken": "proves nothing"}[self.how]
        return f"{said}: {self.value}"[:200]


@dataclass(frozen=True, slots=True)
class Seen:
    """What the host saw of one attack.

    `served` are the names of `Case.fetch` that it handed out, `leaked` those of them with its secret inside;
    `after` is the answer of the next session.
    """

    execution: Execution
    answer: Answer
    printed: int
    late: int
    usable: bool
    limits: Limits
    served: tuple[str, ...] = ()
    leaked: tuple[str, ...] = ()
    after: Answer | None = None


class _Expectation(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    @property
    def shares_session(self) -> bool:
        """Whether cases like this one may follow each other in one session."""
        return False


class Refused(_Expectation):
    """The kernel has to refuse it, with one of these errors and no other."""

    kind: Literal["refused"]
    errors: frozenset[str] = _REFUSALS

    @property
    def shares_session(self) -> bool:
        """An attempt that is refused leaves no trace."""
        return True

    def judge(self, seen: Seen) -> Outcome:
        """Held when the error is one of those."""
        if seen.answer.how == "refused" and seen.answer.value in self.errors:
            return Outcome("held", str(seen.answer.value))
        return Outcome("escaped", str(seen.answer))


class FindsNothing(_Expectation):
    """The search may come back with an empty `found` only, or be refused as a whole."""

    kind: Literal["finds nothing"]

    @property
    def shares_session(self) -> bool:
        """A search leaves no trace."""
        return True

    def judge(self, seen: Seen) -> Outcome:
        """Held when nothing was found."""
        if seen.answer.nothing:
            return Outcome("held", "nothing found" if seen.answer.how == "done" else str(seen.answer.value))
        return Outcome("escaped", str(seen.answer))


class AtMost(_Expectation):
    """`found` is how much it got, which may not be more than the session has."""

    kind: Literal["at most"]
    most: Size | int
    unit: str

    def judge(self, seen: Seen) -> Outcome:
        """Contained within the bound, and when the host ended the session for it."""
        if seen.execution.status in {"memory", "died"}:
            return Outcome("contained", f"ended by the host: {seen.execution.status}")
        got, bound = seen.answer.value, self._bound(seen.limits)
        if seen.answer.how != "done" or not isinstance(got, (int, float)):
            return Outcome("escaped", str(seen.answer))
        return Outcome("contained" if got <= bound else "escaped", f"{got:.0f} {self.unit}, at most {bound}")

    def _bound(self, limits: Limits) -> int:
        if isinstance(self.most, int):
            return self.most
        if self.most == "whole_mb":
            return limits.memory_mb + limits.work_mb + limits.tmp_mb + limits.shm_mb + _OVERSHOOT_MB
        return int(getattr(limits, self.most))


class Ends(_Expectation):
    """The execution has to end with one of `statuses`, by the host's clock within `within_s`."""

    kind: Literal["ends"]
    statuses: frozenset[ExecutionStatus]
    within_s: float
    usable: bool | None = None

    def judge(self, seen: Seen) -> Outcome:
        """Contained when it ended so, in time, and the interpreter lives on exactly if it should."""
        ended, seconds = seen.execution.status, seen.execution.seconds
        lives = seen.usable and not seen.execution.state_lost
        after = "works" if lives else "was started again" if seen.usable else "is gone"
        fits = ended in self.statuses and seconds <= self.within_s and self.usable in (None, lives)
        told = f"{ended} after {seconds:.1f} s, the session {after}"
        return Outcome("contained" if fits else "escaped", told)


class Drops(_Expectation):
    """Output is kept up to the limit and counted beyond it, and the session lives."""

    kind: Literal["drops"]

    def judge(self, seen: Seen) -> Outcome:
        """Contained when what was kept fits, something was counted as dropped, and the session goes on."""
        execution, limits = seen.execution, seen.limits
        kept = sum(len(result.model_dump_json()) for result in execution.results)
        told = (
            f"{seen.printed + seen.late} characters, {len(execution.results)} results of {kept} bytes kept, "
            f"{execution.dropped_bytes} bytes dropped; {execution.status}"
        )
        fits = (
            seen.printed <= 2 * limits.stream_bytes
            and seen.late <= limits.stream_bytes
            and len(execution.results) <= limits.max_results
            and kept <= 2 * limits.results_bytes
            and execution.dropped_bytes > 0
            and execution.status == "ok"
            and seen.usable
        )
        return Outcome("contained" if fits else "escaped", told)


class StaysTrue(_Expectation):
    """What the session claims must not be in the outcome: `truth` has to come through as `found`."""

    kind: Literal["stays true"]
    truth: JsonValue

    def judge(self, seen: Seen) -> Outcome:
        """Held when the truth arrived."""
        unasked = {result.name for result in seen.execution.results} - {None, "answer"}
        if seen.execution.status == "ok" and seen.answer == Answer("done", self.truth) and not unasked:
            return Outcome("held", "the claim changed nothing")
        return Outcome("escaped", f"{seen.execution.status}; {seen.answer}; {sorted(map(str, unasked))}")


class NotServed(_Expectation):
    """None of `Case.fetch` may be listed or handed out; where some of them are real files, not the secret."""

    kind: Literal["not served"]
    only_the_secret: bool = False

    def judge(self, seen: Seen) -> Outcome:
        """Held when the trap was laid and nothing came out."""
        if seen.answer.how != "done":
            return Outcome("escaped", str(seen.answer))
        wrong = seen.leaked if self.only_the_secret else seen.served
        if wrong:
            return Outcome("escaped", "handed out: " + ", ".join(wrong))
        return Outcome("held", "nothing handed out")


class LeavesNothing(_Expectation):
    """What the next session finds, and the host after the end, has to be nothing."""

    kind: Literal["leaves nothing"]

    def judge(self, seen: Seen) -> Outcome:
        """Held when the attack could do its part and nothing of it was found later."""
        if seen.answer.how == "broken":
            return Outcome("escaped", str(seen.answer))
        after = seen.after or Answer("done", [])
        if after.nothing or (after.how == "refused" and after.value in _GONE):
            return Outcome("held", "nothing left")
        return Outcome("escaped", str(after))


class Differs(_Expectation):
    """What this session and the next leave in `found` may not be the same."""

    kind: Literal["differs"]

    def judge(self, seen: Seen) -> Outcome:
        """Held when both could be looked at, and differ."""
        if (
            seen.after is not None
            and seen.answer.how == seen.after.how == "done"
            and seen.answer != seen.after
        ):
            return Outcome("held", "they differ")
        return Outcome("escaped", f"{seen.answer}; {seen.after}")
