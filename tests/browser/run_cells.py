"""Run the code cells of a notebook, which JavaScript has put into `notebook`, and return what went wrong, as JSON."""

import contextlib
import io
import json
import os

os.environ['MPLBACKEND'] = 'agg'

from IPython.core.interactiveshell import InteractiveShell

shell = InteractiveShell.instance()
shell.reset(new_session=True)
cells = [cell for cell in json.loads(notebook)['cells'] if cell['cell_type'] == 'code']  # noqa: F821
errors = []
for number, cell in enumerate(cells):
    source, printed = ''.join(cell['source']), io.StringIO()
    with contextlib.redirect_stdout(printed):
        result = shell.run_cell(source)
    error = result.error_in_exec or result.error_before_exec
    if error:
        errors.append(f'cell {number}: {type(error).__name__}: {error}')
    saved = ''.join(''.join(output['text']) for output in cell['outputs'] if output.get('name') == 'stdout')
    if 'NBVAL_CHECK_OUTPUT' in source and printed.getvalue() != saved:
        errors.append(f'cell {number} prints {printed.getvalue()!r}, not {saved!r}')
json.dumps({'cells': len(cells), 'errors': errors})
