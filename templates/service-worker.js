// Keeps the page without a network on the phone, and nothing that was read or written: pages always come from the portal.
const { version, shell, offline, share, post, static: files } = {{ settings|safe }};
const KEPT = `shell-${version}`;
const SHARED = "shared";

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT).then((cache) => cache.addAll([
    ...shell,
    // Without cookies the page is nobody's own.
    new Request(offline, { credentials: "omit", cache: "reload" }),
  ])));
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    const names = await caches.keys();
    await Promise.all(names.filter((name) => name.startsWith("shell-") && name !== KEPT).map((name) => caches.delete(name)));
    await self.clients.claim();
  })());
});

self.addEventListener("message", (event) => {
  if (event.data === "update") self.skipWaiting();
});

// Shared photos wait here until the form has taken them; the form sends them with its own token.
const keep = async (request) => {
  const sent = await request.formData();
  await caches.delete(SHARED);
  const cache = await caches.open(SHARED);
  const text = [sent.get("title"), sent.get("text")].filter(Boolean).join("\n");
  await cache.put("/shared/text", new Response(text));
  const photos = sent.getAll("photos").filter((photo) => (photo.type?.startsWith("image/") || /\.hei[cf]$/i.test(photo.name ?? ""))).slice(0, 9);
  await Promise.all(photos.map((photo, number) => cache.put(`/shared/${number}`, new Response(photo, {
    headers: { "Content-Type": photo.type, "X-Name": encodeURIComponent(photo.name) },
  }))));
  return Response.redirect(`${post}?shared=1`, 303);
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.method === "POST" && url.pathname === share) {
    event.respondWith(keep(request).catch(() => Response.redirect(post, 303)));
  } else if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(async () => (await caches.match(offline)) ?? Response.error()));
  } else if (request.method === "GET" && url.pathname.startsWith(files)) {
    event.respondWith(caches.match(request, { cacheName: KEPT }).then((kept) => kept ?? fetch(request)));
  }
});
