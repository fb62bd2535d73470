// Runs the code cells of notebooks in Pyodide, without a browser, and prints for each notebook what went wrong, as JSON:
// node run_cells.mjs SITE run_cells.py NOTEBOOK...
import fs from 'fs';
import path from 'path';
import { pathToFileURL } from 'url';

const [site, program, ...notebooks] = process.argv.slice(2);
const folder = path.resolve(site, 'static/pyodide') + path.sep;
const { loadPyodide } = await import(pathToFileURL(folder + 'pyodide.mjs'));
const python = await loadPyodide({ indexURL: folder });
await python.loadPackage('aihwlab', { messageCallback: () => {} });
for (const notebook of notebooks) {
  const begin = Date.now();
  python.globals.set('notebook', fs.readFileSync(notebook, 'utf8'));
  const result = JSON.parse(python.runPython(fs.readFileSync(program, 'utf8')));
  console.log(JSON.stringify({ notebook: path.basename(notebook), seconds: (Date.now() - begin) / 1000, ...result }));
}
