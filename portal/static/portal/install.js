// The portal as an app: its service worker, the word that a newer one waits, and photos shared from elsewhere.

const box = document.querySelector(".renewal[data-update]");
const workers = navigator.serviceWorker;

const offer = (waiting) => {
  box.hidden = false;
  box.querySelector("button").addEventListener("click", () => {
    workers.addEventListener("controllerchange", () => location.reload(), { once: true });
    waiting.postMessage("update");
  }, { once: true });
};

if (workers && box) {
  // Under /plots/ another worker may control the page: only a press on the button loads it anew.
  const had = Boolean(workers.controller);
  workers.register(box.dataset.update, { scope: "/" }).then((registration) => {
    if (registration.waiting && had) offer(registration.waiting);
    registration.addEventListener("updatefound", () => {
      const found = registration.installing;
      found.addEventListener("statechange", () => {
        if (found.state === "installed" && workers.controller) offer(found);
      });
    });
  }).catch(() => {
    // Where workers are forbidden the portal is a website as ever.
  });
}

document.querySelector("[data-reload]")?.addEventListener("click", () => location.reload());

// What was shared is put into the form, once; the form sends it with its own token.
const take = async () => {
  const photos = document.querySelector('form input[type="file"][name="photos"]');
  const cache = photos && await caches.open("shared");
  if (!cache) return;
  // Who shrinks photos must listen before they are put in.
  if (document.readyState !== "complete") await new Promise((ready) => { addEventListener("load", ready, { once: true }); });
  const chosen = new DataTransfer();
  for (const request of await cache.keys()) {
    const answer = await cache.match(request);
    if (new URL(request.url).pathname === "/shared/text") {
      const text = document.querySelector('form textarea[name="text"]');
      if (text && !text.value) text.value = await answer.text();
    } else {
      const name = decodeURIComponent(answer.headers.get("X-Name") ?? "photo.jpg");
      chosen.items.add(new File([await answer.blob()], name, { type: answer.headers.get("Content-Type") }));
    }
  }
  await caches.delete("shared");
  if (!chosen.files.length) return;
  photos.files = chosen.files;
  photos.dispatchEvent(new Event("change", { bubbles: true }));
};

if ("caches" in window && new URLSearchParams(location.search).has("shared")) take();
