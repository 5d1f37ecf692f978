"""What the display makes of a run, without Snakemake and mostly without a terminal."""

import io
import logging
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from conftest import REPOSITORY

from aecluster.encoders import features
from aecluster.experiment.schema import complete_experiment
from aecluster.screen import display as display_module
from aecluster.screen.display import Display
from aecluster.screen.failures import Failures
from aecluster.screen.progress import Progress, Step
from aecluster.screen.words import one_sentence, words
from snakemake_logger_plugin_aecluster import _PART, _RESUMED

SEED = {"dataset": "photos", "model": "deeper", "seed": "0", "size": "224", "shard": "1"}


def training(seed=0, model="deeper", now=0.0, threads=1):
    wildcards = {"dataset": "photos", "model": model, "seed": str(seed)}
    return Step("train_model", wildcards, now, threads)


def planned(cores=1, **jobs) -> Progress:
    progress = Progress()
    progress.cores = cores
    progress.plan(jobs)
    return progress


def test_every_rule_with_a_script_has_words():
    rules = set()
    for file in (REPOSITORY / "workflow/rules").glob("*.smk"):
        for head, name, new, body in re.findall(
            r"(?ms)^ *(use )?rule (\w+)(?: as (\w+))?[^\n]*:\n(.*?)(?=^ *(?:use )?rule |\Z)",
            file.read_text(),
        ):
            if head or "script:" in body:
                rules.add(new or name)
    assert {"train_model", "cluster_together", "encode_new_images"} <= rules
    told = {rule: words(rule, SEED) for rule in rules}
    assert not [rule for rule, text in told.items() if text == rule.replace("_", " ")]
    assert told["train_model"] == "training deeper, seed 0"
    assert told["plot_extremes"] == "drawing"


def test_there_is_no_time_left_before_there_is_something_to_judge_by():
    progress = planned(train_model=2, report_page=1)
    progress.plan_trainings({("photos", "deeper"): 2})
    assert progress.time_left(0) is None
    progress.start(1, training(0))
    assert progress.time_left(30) is None
    progress.advance("photos/deeper/seed0", "epoch", 1, 10, now=10)
    # 9 epochs of this, 10 of the other, 10 seconds each
    assert progress.time_left(10) == "about 3 min of training left"
    # 8 epochs that have not begun, a tenth of one that takes long, and the other
    assert progress.time_left(130) == "about 3 min of training left"


def test_a_model_that_was_not_seen_yet_leaves_the_time_open():
    progress = planned(train_model=2)
    progress.plan_trainings({("photos", "deeper"): 1, ("photos", "baseline"): 1})
    progress.start(1, training(0))
    progress.advance("photos/deeper/seed0", "epoch", 5, 10, now=10)
    assert progress.time_left(10) is None
    progress.finish(1, now=20)
    progress.start(2, training(0, "baseline", now=20))
    progress.advance("photos/baseline/seed0", "epoch", 1, 5, now=25)
    assert progress.time_left(25) == "about 20 s of training left"


def test_without_a_plan_of_trainings_only_the_last_ones_have_a_time():
    progress = planned(train_model=2)
    for job in range(2):
        progress.start(job, training(job, now=job * 100.0))
        progress.advance(f"photos/deeper/seed{job}", "epoch", 5, 10, now=job * 100 + 50)
        left = progress.time_left(job * 100 + 50)
        assert left == (None, "about 50 s of training left")[job]
        progress.finish(job, job * 100 + 100)


def test_trainings_side_by_side_take_half_the_time():
    seen = []
    for cores, threads in [(1, 1), (2, 1), (2, 2)]:
        progress = planned(cores, train_model=5)
        progress.plan_trainings({("photos", "deeper"): 5})
        progress.start(1, training(0, threads=threads))
        progress.finish(1, now=100)
        progress.start(2, training(1, now=100, threads=threads))
        seen.append(progress.time_left(100))
    whole = "about 7 min of training left"  # four of 100 seconds
    assert seen == [whole, "about 3 min of training left", whole]


def test_a_training_that_goes_on_is_judged_by_the_epochs_of_this_run():
    progress = planned(train_model=1)
    progress.plan_trainings({("photos", "deeper"): 1})
    progress.start(1, training(0))
    progress.resume("photos/deeper/seed0", 50, now=10)
    assert progress.doing() == ["training deeper, seed 0: on from epoch 50"]
    progress.advance("photos/deeper/seed0", "epoch", 52, 60, now=14)
    assert progress.time_left(14) == "about 16 s of training left"
    assert progress.doing() == ["training deeper, seed 0: epoch 52 of 60"]


def test_after_training_other_steps_tell_how_long_the_rest_takes():
    progress = planned(reduce_features=4, report_page=1)
    for job in range(3):
        assert progress.time_left(job * 10) is None
        progress.start(job, Step("reduce_features", SEED, job * 10.0))
        progress.finish(job, job * 10 + 10)
    assert progress.time_left(30) == "about 20 s left"  # one more, and the page like them
    progress.failed = 1
    assert progress.time_left(30) is None  # who knows what still runs
    elsewhere = planned(None, reduce_features=4)
    for job in range(3):
        elsewhere.start(job, Step("reduce_features", SEED, 0.0))
        elsewhere.finish(job, 10)
    assert elsewhere.time_left(10) is None


def after_drawings(cores=4, **jobs) -> Progress:
    """A run in which three drawings took 10 seconds each."""
    progress = planned(cores, **{"plot_consensus": 3, **jobs})
    for job in range(3):
        progress.start(job, Step("plot_consensus", {"dataset": "photos"}, 0.0))
        progress.finish(job, 10)
    return progress


def test_a_step_that_takes_longer_than_usual_is_not_taken_for_done():
    progress = after_drawings(plot_consensus=4)
    progress.start(3, Step("plot_consensus", {"dataset": "photos"}, 10.0))
    assert progress.time_left(12) == "about 8 s left"
    assert progress.time_left(20) == "about 1 s left"
    assert progress.time_left(110) == "about 10 s left", "a tenth of what it has taken"


def test_steps_of_a_rule_that_is_new_take_as_long_as_one_of_them_has_taken():
    progress = after_drawings(cores=1, cluster=2)
    progress.start(3, Step("cluster", SEED, 10.0))
    assert progress.time_left(10) == "about 20 s left"
    assert progress.time_left(50) == "about 44 s left"
    progress.finish(3, 54)
    assert progress.time_left(54) == "about 44 s left"


def test_a_step_with_many_threads_makes_no_other_wait_longer():
    progress = after_drawings(plot_consensus=11, cluster=1)
    assert progress.time_left(10) == "about 22 s left"  # 9 steps, four at a time
    progress.start(3, Step("cluster", SEED, 10.0, threads=4))
    assert progress.time_left(10) == "about 30 s left"  # it alone, then 8


def test_a_long_step_is_not_shared_by_the_cores():
    progress = after_drawings(plot_consensus=4, cluster=2)
    progress.start(3, Step("cluster", SEED, 10.0))
    progress.finish(3, 110)
    assert progress.time_left(110) == "about 2 min left", "100 seconds, by however many cores"


def test_the_start_of_a_program_is_not_in_each_of_its_epochs():
    progress = planned(train_model=1)
    progress.plan_trainings({("photos", "deeper"): 1})
    progress.start(1, training(0))
    for epoch in (1, 2):
        progress.advance("photos/deeper/seed0", "epoch", epoch, 20, now=30 + 2 * epoch)
    assert progress.time_left(34) == "about 36 s of training left"


def test_describing_many_images_shows_how_far_it_is_and_is_no_measure_of_others():
    progress = planned(extract_features=1, plot_consensus=5)
    features = {"dataset": "photos", "model": "pretrained"}
    progress.start(1, Step("extract_features", features, 0.0))
    for job in range(2, 5):
        progress.start(job, Step("plot_consensus", {"dataset": "photos"}, 0.0))
        progress.finish(job, 10)
    assert progress.time_left(10) is None
    progress.advance("photos/pretrained", "image", 3000, 9000, now=100)
    assert progress.doing() == ["describing the images by pretrained: image 3,000 of 9,000"]
    assert progress.part_done == 1 / 3
    assert progress.time_left(100) == "about 4 min left"  # 200 seconds and 2 drawings
    progress.finish(1, now=300)
    assert progress.time_left(300) == "about 20 s left"


def test_data_sets_are_named_only_where_there_are_several():
    progress = planned(read_images=2)
    progress.start(1, Step("read_images", {"dataset": "photos"}, 0.0))
    assert progress.doing() == ["reading the images"]
    progress.start(2, Step("read_images", {"dataset": "more"}, 0.0))
    assert progress.doing() == ["reading the images (photos)", "reading the images (more)"]
    progress = planned(plot_consensus=2)
    for job in range(2):
        progress.start(job, Step("plot_consensus", {"dataset": "photos"}, 0.0))
    assert progress.doing() == ["drawing (2 at a time)"]
    progress.fail(1)
    assert progress.doing() == ["1 step failed; waiting for the running jobs to finish", "drawing"]


def test_a_training_prints_lines_that_the_display_reads(tmp_path, caplog):
    """The lines of `fit` are the only way in which epochs reach the display."""
    from aecluster.training.fit import fit  # torch, which nothing else here needs

    settings = {
        "architecture": "mlp", "latent_dim": 2, "epochs": 2, "batch_size": 8, "noise": 0,
        "precision": "float32",
    }  # fmt: skip
    experiment = {"datasets": {"d": {"source": "digits"}}, "models": {"m": settings}}
    schema = REPOSITORY / "workflow/schemas/config.schema.yaml"
    settings = complete_experiment(experiment, schema)["models"]["m"]
    images = np.zeros((8, 16, 16, 1), np.uint8)
    caplog.set_level(logging.INFO, "aecluster")
    for epochs in (1, 2):
        fit(
            images, settings | {"epochs": epochs, "schedule": "constant"}, 0,
            state_file=tmp_path / "state.pt", identity="same", name="photos/deeper/seed0",
        )  # fmt: skip
    lines = [record.getMessage() for record in caplog.records if getattr(record, "show", False)]
    epochs = [found.groups() for line in lines if (found := _PART.match(line))]
    assert epochs == [
        ("photos/deeper/seed0", "epoch", "1", "1"),
        ("photos/deeper/seed0", "epoch", "2", "2"),
    ]
    resumed = [found.groups() for line in lines if (found := _RESUMED.match(line))]
    assert resumed == [("photos/deeper/seed0", "1")]


def test_describing_images_prints_lines_that_the_display_reads(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(features, "_SECONDS_BETWEEN_LINES", 0)
    encoder = SimpleNamespace(
        batch_size=256, encode=lambda images: np.zeros((len(images), 2), np.float32)
    )
    caplog.set_level(logging.INFO, "aecluster")
    images = np.zeros((300, 4, 4, 3), np.uint8)
    features.write_features(tmp_path / "features.npy", encoder, images, name="photos/pretrained")
    shown = [r.getMessage() for r in caplog.records if getattr(r, "show", False)]
    assert [_PART.match(line).groups() for line in shown] == [
        ("photos/pretrained", "image", "256", "300"), ("photos/pretrained", "image", "300", "300"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("message", "error", "sentence"),
    [
        (
            "MissingRuleException:\nNo rule to produce x.csv (if you use input functions make "
            "sure that they don't raise unexpected exceptions).",
            "MissingRuleException",
            "Error: nothing makes x.csv; check its name.",
        ),
        (
            'MissingInputException in rule score in file "/a/score.smk", line 3:\n'
            "Missing input files for rule score:\n    output: s.csv\n    affected files:\n"
            '        a.csv\n  File "/a/score.smk", line 3, in <module>',
            "MissingInputException",
            "Error: Missing input files for rule score: output: s.csv affected files: a.csv.",
        ),
        (
            'TypeError in file "/a/Snakefile", line 9:\nno sum\n  File "/a/Snakefile", line 9',
            "TypeError",
            "Error: TypeError: no sum.",
        ),
        (
            "Traceback (most recent call last):\n\n  File \"a.py\", line 1\n    f()\n\n"
            "FileNotFoundError: [Errno 2] No such file or directory: 'nope.yaml'",
            "FileNotFoundError",
            "Error: No such file or directory: 'nope.yaml'.",
        ),
        (
            "OSError: [Errno 28] No space left on device\n\n\nDuring handling of the above "
            'exception, another exception occurred:\n\nTraceback:\n  File "a.py", line 1\n    f()',
            "OSError",
            "Error: No space left on device.",
        ),
        ("Error: no such option.", "CliException", "Error: no such option."),
        ("WorkflowError:", "WorkflowError", "Error: WorkflowError:."),
    ],
)  # fmt: skip
def test_an_exception_of_snakemake_becomes_one_sentence(message, error, sentence):
    assert one_sentence(message, error) == sentence


SCRIPT = "CalledProcessError in file x:\nCommand 'python a.py' "


def test_what_a_job_says_counts_more_than_what_snakemake_makes_of_it():
    failures = Failures()
    failures.raised(SCRIPT + "returned non-zero exit status 1.", "CalledProcessError")
    failures.of(training())
    assert failures.sentences() == [
        "Error: training deeper, seed 0 ended with exit status 1, and did not say why."
    ]
    failures.traceback("KeyError: 'x'")
    assert failures.sentences() == ["Error: training deeper, seed 0 failed with KeyError: 'x'."]
    assert not failures.explained
    failures.printed("Error: too large.")
    failures.printed("Error: too large.")
    assert failures.sentences() == ["Error: too large."] and failures.explained
    failures.forget()
    assert failures.sentences() == []


@pytest.mark.parametrize("how", ["died with <Signals.SIGKILL: 9>", "non-zero exit status 137."])
def test_a_job_that_was_killed_is_said_to_want_memory(how):
    failures = Failures()
    failures.raised(SCRIPT + how, "CalledProcessError")
    failures.of(training())
    (sentence,) = failures.sentences()
    assert sentence.startswith("Error: training deeper, seed 0 was killed, most often because")


@pytest.mark.parametrize(
    ("how", "end"),
    [
        ("died with <Signals.SIGSEGV: 11>", "SIGSEGV"),
        ("non-zero exit status 139.", "SIGSEGV"),  # as a shell tells of it
        ("non-zero exit status 128.", "exit status 128"),
        ("non-zero exit status 255.", "exit status 255"),
    ],
)
def test_the_end_of_another_job_that_said_nothing_is_named(how, end):
    failures = Failures()
    failures.raised(SCRIPT + how, "CalledProcessError")
    failures.of(training())
    (sentence,) = failures.sentences()
    assert sentence == f"Error: training deeper, seed 0 ended with {end}, and did not say why."


def test_the_sentence_of_a_job_elsewhere_is_read_from_its_log(tmp_path):
    """A job in Slurm writes to a screen of its own."""
    log = tmp_path / "train.log"
    log.write_text("12:00:00 epoch 1\nTraceback\n  x\nE: y\nError: too large. (log: train.log)\n")
    failures = Failures()
    failures.of(Step("train_model", SEED, 0.0, log=str(log)))
    assert failures.sentences() == ["Error: too large. (log: train.log)"]
    log.write_text("12:00:00 epoch 1\n")
    assert failures.sentences() == [f"Error: training deeper, seed 0 failed. (log: {log})"]


def test_without_a_terminal_lines_come_now_and_then(monkeypatch):
    clock = [0.0]
    monkeypatch.setattr(display_module.time, "monotonic", lambda: clock[0])
    file = io.StringIO()
    display = Display(file, "the number of groups")
    progress = planned(train_model=1, n_clusters=1)
    progress.plan_trainings({("photos", "deeper"): 1})
    progress.start(1, training())
    for second in range(1, 1000):
        clock[0] = float(second)
        progress.advance("photos/deeper/seed0", "epoch", second, 10_000, now=second)
        display.show(progress)
    lines = file.getvalue().splitlines()
    assert lines[0] == (
        "0 of 2 steps to the number of groups, about 2 h 47 min of training left: "
        "training deeper, seed 0: epoch 5 of 10,000"
    )
    assert 20 < len(lines) < 40  # every 5 seconds at first, every 60 later
    assert "\x1b" not in file.getvalue()
    assert len(lines[0]) > 80  # whole, however narrow
    for second in range(1000, 1170):  # nothing changes: a line a minute
        clock[0] = float(second)
        display.show(planned(train_model=3))
    more = file.getvalue().splitlines()[len(lines) :]
    assert set(more) == {"0 of 3 steps to the number of groups"} and len(more) in (2, 3)


def test_what_cannot_be_shown_ends_nothing():
    file = io.StringIO()
    display = Display(file)
    file.close()
    display.say("Nobody reads this.")
    display.stop()


def test_all_that_a_process_and_its_children_print_is_taken():
    code = """
import subprocess, sys
from aecluster.screen.capture import captured
taken = []
with captured(taken.append) as screen:
    print("kept")
    print("of our own", file=sys.stderr)
    child = "import sys; print(1); sys.stdout.flush(); sys.exit('é')"
    subprocess.run([sys.executable, "-c", child])
    alive = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    sys.stderr.write("no end of line")
    print("shown", file=screen)
alive.kill()
print(taken)
"""
    scripts = REPOSITORY / "workflow/scripts"
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=scripts, capture_output=True, text=True, timeout=50
    )
    assert ran.stderr == "shown\n"
    assert ran.stdout == "kept\n['of our own', '1', 'é', 'no end of line']\n"


def test_the_words_need_no_snakemake():
    code = "import sys; import aecluster.screen.display, aecluster.screen.failures\n"
    code += "print([name for name in sys.modules if name.split('.')[0] in ('snakemake', 'torch')])"
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=Path(REPOSITORY, "workflow/scripts"),
        capture_output=True, text=True,
    )  # fmt: skip
    assert ran.stdout == "[]\n", ran.stderr
