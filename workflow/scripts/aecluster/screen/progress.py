"""How far a run is, and how long it may still take: what is known of it, and nothing of screens."""

import statistics
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from aecluster.screen.words import counted, words
from aecluster.training.duration import readable

# Finished jobs (but for reading and training, which are like no other) from which those that are
# still to come are judged.
_JOBS_TO_JUDGE_BY = 3
_LIKE_NO_OTHER = (
    "train_model", "read_images", "read_new_images", "resize_images", "resize_new_images",
    "extract_features", "extract_shard", "extract_new_features",
)  # fmt: skip


@dataclass
class Step:
    """A job that runs.

    Attributes
    ----------
    started : float
        Seconds, of any clock.
    parts : list of (seconds, part)
        When which of its parts was done, in a training its epochs; the first entry is where it
        began.
    last_part : int
        How many parts there are.
    unit : str
        What a part is called.
    """

    rule: str
    wildcards: dict[str, str]
    started: float
    threads: int = 1
    log: str = ""
    parts: list[tuple[float, int]] = field(default_factory=list)
    last_part: int = 0
    unit: str = ""

    @property
    def kind(self) -> tuple[str, ...]:
        """What takes about as long as this: jobs of a rule, trainings of one model."""
        if self.rule == "train_model":
            return (self.rule, self.wildcards["dataset"], self.wildcards["model"])
        return (self.rule,)

    @property
    def name(self) -> str:
        """What it calls itself where it prints how far it is."""
        return "/".join(
            ("seed" if key == "seed" else "") + value for key, value in self.wildcards.items()
        )

    @property
    def seconds_a_part(self) -> float | None:
        """How long a part takes, None before the first one is done; that one holds the start of
        the program too, and does not count once there is another."""
        if len(self.parts) < 2:
            return None
        (began, first), (seen, part) = self.parts[len(self.parts) > 2], self.parts[-1]
        return (seen - began) / (part - first)

    def seconds(self, now: float) -> float:
        """How long it has taken; of a training that went on from an earlier run, as a whole."""
        if self.seconds_a_part is not None and self.parts[0][1] > 0:
            return self.last_part * self.seconds_a_part
        return now - self.started

    def seconds_left(self, usual: float | None, now: float) -> float | None:
        """How long it still takes, by its parts or by how long its like usually does."""
        if self.seconds_a_part is not None:
            seen, part = self.parts[-1]
            if part >= self.last_part:
                return 0.0
            later = (self.last_part - part - 1) * self.seconds_a_part
            return later + _still(self.seconds_a_part, now - seen)
        return None if usual is None else _still(usual, now - self.started)

    def __str__(self) -> str:
        what = words(self.rule, self.wildcards)
        part = self.parts[-1][1] if self.parts else 0
        if not part:
            return what
        if not self.last_part:
            return f"{what}: on from epoch {part}"
        return f"{what}: {self.unit} {part:,} of {self.last_part:,}"


def _still(usual: float, taken: float) -> float:
    """Return how long something takes that goes on: what takes longer than usual is not done yet,
    and has at least a tenth of its time before it."""
    return max(usual - taken, taken / 10)


class Progress:
    """What is done of a run, what goes on, and how long it may still take.

    Attributes
    ----------
    done, total, failed : int
        Jobs; total is 0 before it is known.
    running : dict of job id -> Step
    cores : int or None
        How many cores the jobs share, None where they do not run on this machine.
    """

    def __init__(self) -> None:
        self.done = self.total = self.failed = 0
        self.running: dict[int, Step] = {}
        self.cores: int | None = None
        self._to_come: Counter[str] = Counter()
        self._trainings_to_come: Counter[tuple[str, ...]] = Counter()
        self._seconds: dict[tuple[str, ...], list[float]] = defaultdict(list)
        self._threads: dict[str, int] = {}

    def plan(self, jobs: dict[str, int]) -> None:
        """Take how many jobs of each rule there are to run."""
        self._to_come = Counter({rule: n for rule, n in jobs.items() if rule != "total"})
        self.total = sum(self._to_come.values())

    def plan_trainings(self, trainings: dict[tuple[str, str], int]) -> None:
        """Take how many trainings there are of each (dataset, model)."""
        self._trainings_to_come = Counter(
            {("train_model", *which): n for which, n in trainings.items()}
        )

    def start(self, job: int, step: Step) -> None:
        """Take that a job has begun."""
        self.running[job] = step
        self._threads[step.rule] = step.threads
        self._to_come[step.rule] -= 1
        self._trainings_to_come[step.kind] -= 1

    def finish(self, job: int, now: float) -> None:
        """Take that a job has ended well."""
        step = self.running.pop(job, None)
        if step:
            self._seconds[step.kind].append(step.seconds(now))

    def fail(self, job: int) -> Step | None:
        """Take that a job has ended in an error, and return what it was."""
        self.failed += 1
        return self.running.pop(job, None)

    def advance(self, name: str, unit: str, part: int, last: int, now: float) -> None:
        """Take that a job has done another of its parts."""
        for step in self.running.values():
            if step.name == name and step.rule in _LIKE_NO_OTHER:
                step.parts = step.parts or [(step.started, 0)]
                step.last_part, step.unit = last, unit
                if part > step.parts[-1][1]:
                    step.parts.append((now, part))

    def resume(self, name: str, epoch: int, now: float) -> None:
        """Take that a training goes on from an epoch of an earlier run."""
        for step in self._trainings():
            if step.name == name:
                step.parts = [(now, epoch)]

    @property
    def part_done(self) -> float:
        """How many jobs are done, with the parts of those that go on."""
        parts = (s.parts[-1][1] / s.last_part for s in self.running.values() if s.last_part)
        return self.done + sum(parts)

    def doing(self) -> list[str]:
        """Return what goes on, in words, and whether something has failed."""
        steps = self.running.values()
        datasets = {step.wildcards["dataset"] for step in steps if "dataset" in step.wildcards}
        phrases = [
            f"{step} ({step.wildcards['dataset']})"
            if len(datasets) > 1 and "dataset" in step.wildcards
            else str(step)
            for step in steps
        ]
        failed = f"{self.failed:,} step{'s' * (self.failed > 1)} failed"
        return [
            *([f"{failed}; waiting for the running jobs to finish"] if self.failed else []),
            *counted(phrases),
        ]

    def time_left(self, now: float) -> str | None:
        """Return how long the run may still take, in words, None where nothing tells.

        While there are trainings it is the time that they take: what comes after is nothing like
        them. They are judged by their epochs, and by those of the same model that have ended; as
        long as one has nothing to judge it by, there is no number. The other jobs are judged by
        those of their rule, or else, once some have ended, by the median of all short ones, or one
        of their rule that has taken longer.
        """
        if self.cores is None or self.failed:
            return None
        if self._to_come["train_model"] > 0 or self._trainings():
            left = self._training_left(now)
            return left and f"about {left} of training left"
        left = self._rest_left(now)
        return left and f"about {left} left"

    def _trainings(self) -> list[Step]:
        return [step for step in self.running.values() if step.rule == "train_model"]

    def _training_left(self, now: float) -> str | None:
        to_come = +self._trainings_to_come
        if to_come.total() < self._to_come["train_model"]:
            return None
        kinds = {*to_come, *(step.kind for step in self._trainings())}
        usual = {kind: self._usual(kind) for kind in kinds}
        return self._shared(self._trainings(), list(to_come.elements()), usual, now)

    def _usual(self, kind: tuple[str, ...]) -> float | None:
        """Return how long trainings of a model take: those that have ended, or that go on."""
        seconds = self._seconds[kind] or [
            step.last_part * step.seconds_a_part
            for step in self._trainings()
            if step.kind == kind and step.seconds_a_part is not None
        ]
        return statistics.mean(seconds) if seconds else None

    def _rest_left(self, now: float) -> str | None:
        means = {
            kind: statistics.mean(seconds) for kind, seconds in self._seconds.items() if seconds
        }
        short = {kind: mean for kind, mean in means.items() if kind[0] not in _LIKE_NO_OTHER}
        if sum(len(self._seconds[kind]) for kind in short) < _JOBS_TO_JUDGE_BY:
            return None
        middle = statistics.median(short.values())
        to_come = [(rule,) for rule in (+self._to_come).elements()]
        kinds = {*to_come, *(step.kind for step in self.running.values())}
        usual = {
            kind: means.get(kind, None if kind[0] in _LIKE_NO_OTHER else middle) for kind in kinds
        }
        for step in self.running.values():
            if step.kind not in means and usual[step.kind] is not None:
                usual[step.kind] = max(usual[step.kind], now - step.started)
        return self._shared(list(self.running.values()), to_come, usual, now)

    def _shared(self, running: list[Step], to_come: list, usual: dict, now: float) -> str | None:
        """Return in words how long jobs take that share the cores; None if one is not known.

        As many jobs of a rule run at a time as have room, and none is quicker than alone.
        """
        jobs = [
            *((step.rule, step.seconds_left(usual[step.kind], now)) for step in running),
            *((kind[0], usual[kind]) for kind in to_come),
        ]
        if any(seconds is None for _, seconds in jobs):
            return None
        at_a_time = {rule: max(1, self.cores // self._threads.get(rule, 1)) for rule, _ in jobs}
        together = sum(seconds / at_a_time[rule] for rule, seconds in jobs)
        left = max([together, *(seconds for _, seconds in jobs)])
        return readable(left) if left >= 1 else None
