"""What a user would pick instead: `python -m bench.peers` (see __main__.py).

The modules `with_clustimage`, `with_clustpy`, `by_hand` and what they import run in an environment
of their own; they know the folder of images and the number of groups, and nothing of this project.
"""
