// Keeps the page for fieldwork on the device. Version {{ version }}.
// What is kept is answered from the device first, so that page and script always belong together; a new version is
// another worker, which fetches everything anew before it takes over. Filled forms never pass through here.
const KEPT = {{ kept|safe }};
const CACHE = "fieldwork-{{ version }}";

self.addEventListener("install", (event) =>
  event.waitUntil((async () => {
    const cache = await caches.open(CACHE);
    await cache.addAll(KEPT.map((address) => new Request(address, { cache: "reload" })));
    await self.skipWaiting();
  })()));

self.addEventListener("activate", (event) =>
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith("fieldwork-") && name !== CACHE) await caches.delete(name);
    await self.clients.claim();
  })()));

self.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== location.origin || !KEPT.includes(pathname)) return;
  event.respondWith((async () => (await caches.match(pathname, { cacheName: CACHE })) ?? fetch(event.request))());
});
