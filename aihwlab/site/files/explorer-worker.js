// Python for the page of one explorer, beside the page, so that the page never stands still.

import { loadPyodide } from './static/pyodide/pyodide.mjs';

let explorer;
const state = () => JSON.parse(explorer.state());

async function begin({name, start}) {
  const say = text => postMessage({kind: 'loading', text});
  say('Loading Python ...');
  const python = await loadPyodide({indexURL: new URL('static/pyodide/', import.meta.url).href});
  await python.loadPackage('aihwlab', {messageCallback: say});
  say('Drawing ...');
  const {Standalone} = python.pyimport('aihwlab.site.standalone');
  explorer = Standalone(name, python.toPy(start));
  postMessage({kind: 'ready', controls: JSON.parse(explorer.controls()), state: state()});
}

onmessage = async ({data}) => {
  try {
    if (data.name) return await begin(data);
    if (data.move) explorer.move(data.move, data.value);
    if (data.reset) explorer.explorer.reset();
    postMessage({kind: 'state', state: state()});
  } catch (error) {
    postMessage({kind: 'failed', message: error.message.trim().split('\n').at(-1)});
  }
};
