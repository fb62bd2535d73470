"""How far one pulse moves a conductance: one law a file, beside the parameters of its device.

`law.py` says what a law is. A law of your own needs no entry here: a class of device parameters names its law.
"""
