# Functions that say before a long training how long it will take; no rules here.
import subprocess
from collections import Counter

from aecluster.sources.find import n_images

MANY_IMAGES = 400_000  # trained on in all epochs of all models; the default experiment has half


def trainings_to_run():
    """How many trainings this run has of each data set and model."""
    return Counter(
        (job.wildcards.dataset, job.wildcards.model)
        for job in workflow.dag.needrun_jobs()
        if job.rule.name == "train_model"
    )


def planned_trainings():
    """The trainings of this run: one entry for a model and a data set, however many seeds."""
    return [
        {
            "dataset": {
                **experiment.datasets[dataset],
                "size": experiment.models[model]["size"] or experiment.datasets[dataset]["size"],
            },
            "settings": experiment.model_settings(model),
            "n_images": n_images(experiment.datasets[dataset]),
            "seeds": count,
        }
        for (dataset, model), count in sorted(trainings_to_run().items())
    ]


def announce():
    """Print how long the trainings of this run will take, if they are long; and how much longer
    in a precision that the config asks for, where this processor is slow in it.

    Only where they run on this machine, of which a measurement tells. A measurement that fails
    stops nothing: what it said is in results/logs/estimate.log.
    """
    # Nothing to read: it is for the display, which tells from it how long there is still to train.
    logger.info("", extra={"trainings": trainings_to_run()})
    trainings = planned_trainings()
    images = sum(t["n_images"] * t["settings"]["epochs"] * t["seeds"] for t in trainings)
    asked = any(t["settings"]["precision"] in ("bfloat16", "float16") for t in trainings)
    if workflow.non_local_exec or not (images > MANY_IMAGES or asked):
        return
    request = {"trainings": trainings, "cores": workflow.cores, "folder": SPEEDS}
    command = [sys.executable, str(SCRIPTS / "estimate_time.py"), as_json(request)]
    log = Path("results/logs/estimate.log")
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as errors:
        try:
            sentence = subprocess.run(
                command, stdout=subprocess.PIPE, stderr=errors, text=True, check=True, timeout=120
            ).stdout
        except subprocess.SubprocessError as error:
            print(error, file=errors)
        else:
            print(sentence, end="", file=sys.stderr, flush=True)
