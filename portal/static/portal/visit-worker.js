// Opens the pages of visits without a network: the last copy of each, with what it needs to look right.

const STORE = "visits-1";
const PAGES = /^\/plots\/(\d+\/visit\/)?$/;
const NAMED_BY_CONTENT = /\.[0-9a-f]{12}\.[a-z0-9]+$/;
const PATIENCE = 8000;

const keep = async (request, response) => {
  if (response.ok && !response.redirected) (await caches.open(STORE)).put(request, response.clone());
  return response;
};

const fetchSoon = (request) => Promise.race([
  fetch(request),
  new Promise((_resolve, reject) => { setTimeout(() => reject(new Error("slow")), PATIENCE); }),
]);

const networkFirst = async (request) => {
  const key = new URL(request.url).pathname;
  try {
    return await keep(key, await fetchSoon(request));
  } catch (error) {
    const kept = await (await caches.open(STORE)).match(key);
    if (kept) return kept;
    throw error;
  }
};

const cacheFirst = async (request) => {
  const kept = await (await caches.open(STORE)).match(request);
  return kept || keep(request, await fetch(request));
};

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (PAGES.test(url.pathname) && !url.search) event.respondWith(networkFirst(request));
  } else if (url.pathname.startsWith("/static/")) {
    event.respondWith(NAMED_BY_CONTENT.test(url.pathname) ? cacheFirst(request) : networkFirst(request));
  }
});

// A page says who reads it and which addresses to keep; another reader's copies go first.
self.addEventListener("message", (event) => {
  const { user, pages, files } = event.data;
  event.waitUntil((async () => {
    const known = await (await caches.open(STORE)).match("/plots/reader");
    if (known && (await known.text()) !== user) await caches.delete(STORE);
    const store = await caches.open(STORE);
    await store.put("/plots/reader", new Response(user));
    for (const file of files) {
      if (!(await store.match(file))) await fetch(file).then((answer) => keep(file, answer)).catch(() => null);
    }
    for (const page of pages) await fetch(page).then((answer) => keep(page, answer)).catch(() => null);
  })());
});
