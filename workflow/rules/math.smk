import json
import os


rule math_lstm:
    input:
        # relative, so that a moved copy of the repository is not "a new input"
        cell=os.path.relpath(ROOT / "workflow/resources/lstm_cell.json"),
    output:
        table="results/math/lstm.csv",
        summary="results/math/lstm.md",
        png=report(
            "results/math/lstm.png",
            caption="../report/lstm.rst",
            category="Math problems",
            labels={"figure": "LSTM cell"},
        ),
        svg="results/math/lstm.svg",
    log:
        "results/logs/math/lstm.log",
    benchmark:
        "results/benchmarks/math/lstm.tsv"
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=growing(needs.start_torch_mb),
        runtime=minutes(10),
    params:
        code=code("math_lstm.py"),
    script:
        "../scripts/math_lstm.py"


rule math_skipgram:
    output:
        table="results/math/skipgram.csv",
        summary="results/math/skipgram.md",
        png=report(
            "results/math/skipgram.png",
            caption="../report/skipgram.rst",
            category="Math problems",
            labels={"figure": "word2vec gradients"},
        ),
        svg="results/math/skipgram.svg",
    log:
        "results/logs/math/skipgram.log",
    benchmark:
        "results/benchmarks/math/skipgram.tsv"
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=growing(needs.start_torch_mb),
        runtime=minutes(10),
    params:
        settings=json.dumps({"n_cases": 1000, "seed": 0}, sort_keys=True),
        code=code("math_skipgram.py"),
    script:
        "../scripts/math_skipgram.py"
