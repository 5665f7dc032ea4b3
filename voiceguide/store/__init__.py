"""Recogniser models that are fetched: the list of them, the way here, and what is on the shelf."""
