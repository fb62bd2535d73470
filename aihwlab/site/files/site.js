// What the pages of the site do beside being read: load Python with progress shown, keep the course, start a lesson over.
// Without this file, they are still pages with links.

const ROOT = new URL('.', document.currentScript.src);
const STORE = 'aihwlab';

navigator.serviceWorker?.register(new URL('service-worker.js?enableCache=false', ROOT)).catch(() => {});

/** Fetch files one after the other, and say how far that has come. */
async function load(files, words) {
  const box = document.createElement('div');
  box.className = 'loading';
  box.setAttribute('role', 'status');
  const bar = document.createElement('progress'), text = document.createElement('p');
  box.append(text, bar);
  document.body.append(box);
  const total = files.reduce((sum, [, size]) => sum + size, 0), mb = bytes => (bytes / 1e6).toFixed(0);
  let done = 0;
  bar.max = total;
  for (const [path, size] of files) {
    text.textContent = `${words}: ${mb(done)} of ${mb(total)} MB`;
    bar.value = done;
    const answer = await fetch(new URL(path, ROOT));
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    await answer.arrayBuffer();
    done += size;
  }
  bar.value = total;
  text.textContent = `${words}: ${mb(total)} MB, done`;
  return box;
}

const sizes = async () => (await fetch(new URL('sizes.json', ROOT))).json();

for (const link of document.querySelectorAll('a.run')) {
  link.addEventListener('click', async event => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    try {
      await load((await sizes()).filter(([path]) => path.startsWith('static/pyodide/')), 'Loading Python');
    } finally {
      location.href = link.href;  // what could not be loaded here is tried once more there, which says what is wrong
    }
  });
}

for (const button of document.querySelectorAll('button.reset')) {
  button.addEventListener('click', () => {
    if (!confirm('Forget what you have written in this lesson, and get it back as it was?')) return;
    const opening = indexedDB.open(STORE);
    opening.onsuccess = () => {
      const base = opening.result;
      const stores = [...base.objectStoreNames].filter(name => ['files', 'checkpoints'].includes(name));
      if (!stores.length) return base.close();
      const change = base.transaction(stores, 'readwrite');
      for (const name of stores) change.objectStore(name).delete(button.dataset.path);
      change.oncomplete = () => { base.close(); button.textContent = 'as it was'; };
    };
  });
}

document.querySelector('button.keep')?.addEventListener('click', async ({target}) => {
  target.disabled = true;
  try {
    await navigator.serviceWorker.ready;
    await load(await sizes(), 'Keeping the course');
    target.textContent = 'kept on this computer';
  } catch (error) {
    target.disabled = false;
    target.textContent = `not kept (${error.message}); try again`;
  }
});
