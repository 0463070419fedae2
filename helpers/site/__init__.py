"""The web site: the executed notebooks as pages to read, every claim with an address of its own.

python -m helpers.site     `make site`: build/norfolk/ becomes build/site/
"""
