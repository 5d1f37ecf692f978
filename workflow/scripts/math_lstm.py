"""The LSTM problem by hand, in every reading of the report."""

from aecluster.jobs.job import job

with job(snakemake.log[0]):
    from aecluster.figures.lstm import lstm_figure
    from aecluster.figures.style import save
    from aecluster.jobs.artifacts import load_json, save_table, save_text
    from aecluster.mathematics.lstm_readings import (
        readings_summary,
        readings_table,
        readings_titles,
    )

    problem = load_json(snakemake.input.cell)
    table = readings_table(problem)
    save_table(snakemake.output.table, table)
    save_text(snakemake.output.summary, readings_summary(table, problem))
    figure = lstm_figure(table, readings_titles(problem))
    save(figure, snakemake.output.png, snakemake.output.svg)
