"""The importable module behind the notebooks.

Imports point one way: names, printed -> data -> measures -> intervals -> charts, tables -> reproduce.
"""
