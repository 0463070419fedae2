"""The module behind the notebooks. Imports point one way, as CONTRIBUTING.md draws it."""
