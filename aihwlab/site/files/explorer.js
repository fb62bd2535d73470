// The page of one explorer: draws its controls, and asks the Python in explorer-worker.js for each new picture.
// The address holds the state behind "#", so that a link leads to it; a page with a state starts by itself.

const main = document.querySelector('main.explorer'), part = name => main.querySelector(`.${name}`);
const inputs = {};
let worker, busy = false, waiting = {};

part('start').addEventListener('click', start);
if (location.hash.length > 1) start();

function start() {
  part('start').disabled = true;
  worker = new Worker(new URL('explorer-worker.js', ROOT), {type: 'module'});
  worker.onmessage = ({data}) => heard[data.kind](data);
  worker.onerror = ({message}) => heard.failed({message});
  worker.postMessage({name: main.dataset.name, start: Object.fromEntries(new URLSearchParams(location.hash.slice(1)))});
}

const heard = {
  loading({text}) { part('start').textContent = text; },
  ready({controls, state}) {
    part('start').hidden = true;
    part('back').hidden = part('link').hidden = false;
    controls.forEach(draw);
    show(state);
  },
  state({state}) {
    busy = false;
    show(state);
    next();
  },
  failed({message}) { part('start').textContent = `That did not work: ${message}`; },
};

/** Draw a control: a menu, or a slider, on which a logarithmic scale moves in decades. */
function draw({name, label, help, options, low, high, step, scale}) {
  const row = document.createElement('label'), words = document.createElement('span'), text = document.createElement('output');
  words.textContent = label;
  const input = document.createElement(options ? 'select' : 'input');
  input.title = help;
  input.name = name;
  if (options) input.append(...options.map(each => new Option(each)));
  else Object.assign(input, {type: 'range', min: low, max: high, step});
  input.addEventListener('input', () => {
    waiting[name] = scale === 'log' ? String(10 ** input.valueAsNumber) : input.value;
    next();
  });
  inputs[name] = {input, text, scale};
  row.append(words, input, text);
  part('controls').append(row);
}

/** Ask for the latest move of each control, one at a time; what was passed over meanwhile is not computed. */
function next() {
  const [name] = Object.keys(waiting);
  if (busy || name === undefined) return;
  busy = true;
  worker.postMessage({move: name, value: waiting[name]});
  delete waiting[name];
}

function show({picture, sentence, controls}) {
  part('picture').src = picture;
  part('picture').alt = part('sentence').textContent = sentence;
  const moved = new URLSearchParams();
  for (const [name, {value, text, disabled, opening}] of Object.entries(controls)) {
    const {input, text: output, scale} = inputs[name];
    if (!(name in waiting) && document.activeElement !== input || disabled) input.value = scale === 'log' ? Math.log10(value) : value;
    input.disabled = disabled;
    output.textContent = input.tagName === 'SELECT' ? '' : text;
    if (!opening && !disabled) moved.set(name, value);
  }
  history.replaceState(null, '', `${location.pathname}${location.search}${moved.size ? `#${moved}` : ''}`);
}

part('back').addEventListener('click', () => {
  waiting = {};
  document.activeElement?.blur();
  worker.postMessage({reset: true});
});

part('link').addEventListener('click', async () => {
  await navigator.clipboard.writeText(location.href);
  part('link').textContent = 'copied';
});
