"""The course as a site that runs in a browser: `python -m aihwlab.site build FOLDER`.

Python, NumPy, SciPy and matplotlib come to the browser as Pyodide, notebooks as JupyterLite; both are files that any server
can hand out, and no server computes. What the site holds is made from a clone: its wheel, its notebooks, its pictures.
"""
