// Shows a page of its own where the browser would say that it cannot reach the server. It keeps that page and
// nothing else: whatever the server answers comes from the server.
const offline = OFFLINE_PATH;

addEventListener("install", (event) => {
  skipWaiting();
  const request = new Request(offline, { cache: "reload" });
  event.waitUntil(caches.open("duplex-offline").then((cache) => cache.add(request)));
});

addEventListener("activate", (event) => {
  // The page is asked for while the worker is still starting.
  event.waitUntil(Promise.resolve(registration.navigationPreload?.enable()));
});

addEventListener("fetch", (event) => {
  if (event.request.mode !== "navigate") return;
  const answer = async () => {
    try {
      return (await event.preloadResponse) ?? (await fetch(event.request));
    } catch {
      return (await caches.match(offline)) ?? Response.error();
    }
  };
  event.respondWith(answer());
});
