"""The importable module behind the notebooks.

Imports point one way: names, printed -> data -> counts -> measures -> intervals, sensitivity -> charts, words ->
wording, verdicts -> claims -> reproduce, readme.
"""
