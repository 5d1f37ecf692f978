"""Start the workflow with words on the screen for everybody: `aecluster run`, `aecluster check`.

No rule's script. The arguments are Snakemake's; what it shows without this is in .snakemake/log.
"""

import contextlib
import io
import signal
import sys
import threading
import time


def interrupt(*_) -> None:
    """End the jobs, and then Snakemake: it waits for jobs that the signal has not reached."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=end_jobs, daemon=True).start()
    raise KeyboardInterrupt


def end_jobs() -> None:
    """Terminate each job once, as long as Snakemake waits: some may only now be starting."""
    import psutil

    ended = set()
    while True:
        for process in set(psutil.Process().children(recursive=True)) - ended:
            ended.add(process)
            with contextlib.suppress(psutil.NoSuchProcess):
                process.terminate()
        time.sleep(0.2)


def run(arguments: list[str]) -> int:
    """Run Snakemake; return its exit code, 130 where it was interrupted."""
    signal.signal(signal.SIGINT, interrupt)
    code = 130
    with contextlib.suppress(KeyboardInterrupt):
        code = snakemake(arguments)
    if signal.getsignal(signal.SIGINT) is interrupt:
        return code
    print("Stopped. Run the same command to continue.", file=sys.stderr)
    return 130


def snakemake(arguments: list[str]) -> int:
    """Do what Snakemake's own `main` does, with our display; return the exit code."""
    # Here, since a second passes until they are imported, and Ctrl-C counts from the first.
    from snakemake.cli import args_to_api, parse_args
    from snakemake.exceptions import CliException, print_exception

    told = io.StringIO()
    try:
        # It tells of the profile that it uses, and of all its options where one is wrong.
        with contextlib.redirect_stderr(told):
            parser, parsed = parse_args(["--logger=aecluster", *arguments])
    except SystemExit as end:
        if end.code:
            *_, sentence = told.getvalue().strip().splitlines()
            print("Error:", sentence.rpartition("rror: ")[2], file=sys.stderr)
        return end.code
    except CliException as error:
        print(f"Error: {error.msg}", file=sys.stderr)
        return 1
    try:
        return 0 if args_to_api(parsed, parser) else 1
    except SystemExit as end:
        return end.code
    except Exception as error:
        print_exception(error)
        return 1


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
