"""Pages to read: an executed notebook, and what stands around it, in one design.

Used by a run (`helpers.reproduce`) for its force and by the web site (`helpers.site`). A page asks
nothing of another host; its style sheet and scripts lie beside it.
"""
# ruff: noqa: F401

from helpers.typeset.body import body
from helpers.typeset.exhibits import Picture, pictures
from helpers.typeset.frame import environment, inside, page, static
