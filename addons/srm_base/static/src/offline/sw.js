// Service worker of the pages for the field. `SHELL` ({version, files}) is written
// above by the server: another version of any file makes another cache.
const CACHE = `srm-m-${SHELL.version}`;
const NETWORK_PATIENCE = 5000;

self.addEventListener("install", (event) => {
    event.waitUntil(
        caches
            .open(CACHE)
            .then((cache) => cache.addAll(SHELL.files))
            .then(() => self.skipWaiting())
    );
});

self.addEventListener("activate", (event) => {
    event.waitUntil(moveIn());
});

// Pages kept by the former version are carried over: a phone that updates on a weak
// network must still open without it.
async function moveIn() {
    const cache = await caches.open(CACHE);
    for (const name of await caches.keys()) {
        if (!name.startsWith("srm-m-") || name === CACHE) {
            continue;
        }
        const old = await caches.open(name);
        for (const request of await old.keys()) {
            if (isPage(new URL(request.url)) && !(await cache.match(request))) {
                await cache.put(request, await old.match(request));
            }
        }
        await caches.delete(name);
    }
    await self.clients.claim();
}

function isPage(url) {
    return /^\/srm\/m\/[a-z_]+$/.test(url.pathname);
}

self.addEventListener("fetch", (event) => {
    const url = new URL(event.request.url);
    if (event.request.method !== "GET" || url.origin !== self.location.origin) {
        return;
    }
    if (isPage(url)) {
        event.respondWith(page(event.request, url));
    } else if (SHELL.files.includes(url.pathname)) {
        event.respondWith(file(event.request, url));
    }
});

async function file(request, url) {
    const cache = await caches.open(CACHE);
    return (await cache.match(url.pathname)) || fetch(request);
}

// The network first, so that texts and rights are fresh; the kept page when there is
// none or when it takes too long. A redirection to the sign-in page is never kept.
async function page(request, url) {
    const cache = await caches.open(CACHE);
    const kept = await cache.match(url.pathname);
    const fresh = fetch(request).then(async (response) => {
        if (response.ok && !response.redirected && response.type === "basic") {
            await cache.put(url.pathname, response.clone());
        }
        return response;
    });
    if (!kept) {
        return fresh;
    }
    const late = new Promise((resolve) =>
        setTimeout(() => resolve(kept.clone()), NETWORK_PATIENCE)
    );
    // A server that is coming back has a page of its own: the kept one is of more use.
    const usable = fresh
        .then((response) => (response.status < 500 ? response : kept.clone()))
        .catch(() => kept.clone());
    return Promise.race([usable, late]);
}
