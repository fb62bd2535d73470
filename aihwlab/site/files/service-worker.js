// Answers for the site where there is no network: what has been fetched once is kept, until the site is built anew.
// JupyterLite's own service worker, loaded at the end, goes on doing the rest: the kernel reads and writes files through it.

const KEPT = 'aihwlab-VERSION';

/** Return what is kept, or else fetch it and keep it. The query only says what a page shows. */
async function answer(event) {
  const cache = await caches.open(KEPT), place = new URL(event.request.url);
  place.search = place.hash = '';
  if (place.pathname.endsWith('/')) place.pathname += 'index.html';
  const kept = await cache.match(place.href);
  if (kept) return kept;
  const fetched = await fetch(event.request);
  if (fetched.status === 200 && !fetched.redirected) event.waitUntil(cache.put(place.href, fetched.clone()));
  return fetched;
}

self.addEventListener('fetch', event => {
  const place = new URL(event.request.url);
  const files = event.request.method === 'GET' && place.origin === location.origin
    && !/\/api\/(drive|stdin|service-worker-heartbeat)/.test(place.pathname);
  if (!files) return;
  event.stopImmediatePropagation();
  event.respondWith(answer(event));
});

self.addEventListener('activate', event => {
  event.waitUntil(caches.keys().then(names => Promise.all(
    names.filter(name => name.startsWith('aihwlab-') && name !== KEPT).map(name => caches.delete(name)))));
});

importScripts('jupyterlite-service-worker.js');
