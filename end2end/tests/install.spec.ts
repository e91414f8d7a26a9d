// The pages as an app: the manifest, the icons, and what is shown when nothing answers.

import type { Page } from "@playwright/test";
import { freePort, startServer } from "../server.js";
import { expect, sentence, test } from "./fixtures.ts";

/** The window of an installed app. */
const installed = (page: Page) =>
  page.addInitScript(() => {
    const match = window.matchMedia.bind(window);
    window.matchMedia = (query) =>
      query.includes("standalone") ? ({ matches: true } as MediaQueryList) : match(query);
  });

for (const [locale, lang, description] of [
  ["en-US", "en", /^Live 1-to-1/],
  ["zh-CN", "zh-CN", /一对一/],
] as const) {
  test(`the lobby has a manifest with icons, ${lang}`, async ({ person }) => {
    const { page } = await person({ locale });
    await page.goto("/");
    const link = await page.locator("link[rel=manifest]").getAttribute("href");
    const { manifest, icons } = await page.evaluate(async (link) => {
      const manifest = await (await fetch(link ?? "")).json();
      const load = async ({ src, sizes }: { src: string; sizes: string }) => {
        const image = new Image();
        image.src = src;
        await image.decode();
        return { sizes, is: `${image.naturalWidth}x${image.naturalHeight}` };
      };
      return { manifest, icons: await Promise.all(manifest.icons.map(load)) };
    }, link);
    expect(manifest).toMatchObject({ name: "Duplex", lang, start_url: "/", scope: "/", display: "standalone" });
    expect(manifest.description).toMatch(description);
    for (const { sizes, is } of icons) if (sizes !== "any") expect(is).toBe(sizes);
    expect(manifest.icons.map(({ purpose }: { purpose: string }) => purpose)).toContain("maskable");
    const response = await page.request.get((await page.locator("link[rel=apple-touch-icon]").getAttribute("href")) ?? "");
    expect(response.headers()["content-type"]).toBe("image/png");
    // What browsers find wrong with it.
    const devtools = await page.context().newCDPSession(page);
    const { errors } = await devtools.send("Page.getAppManifest");
    expect(errors).toEqual([]);
  });
}

test("whoever only visits has no worker, and the page of a room names no manifest", async ({ person, room }) => {
  const { page } = await person();
  await page.goto("/", { waitUntil: "networkidle" });
  expect(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(0);
  await page.goto(`/room/${room}`);
  await expect(sentence(page)).toHaveText("Ready to join");
  await expect(page.locator("link[rel=manifest]")).not.toBeAttached();
});

test("an installed app says what is wrong when nothing answers, and goes on when something does", async ({ person, room }) => {
  const port = await freePort();
  let server = await startServer(port, { DUPLEX_PUBLIC_URL: `http://localhost:${port}/call` });
  try {
    const { page, watch, context } = await person();
    watch.allow(/ERR_|status 5|service worker/i);
    await installed(page);
    await page.goto(`http://localhost:${port}/call/`);
    const scope = () => page.evaluate(async () => (await navigator.serviceWorker.ready).scope);
    expect(await scope()).toBe(`http://localhost:${port}/call/`);
    await expect.poll(() => page.evaluate(() => caches.has("duplex-offline"))).toBe(true);
    const kept = await page.evaluate(async () => (await (await caches.open("duplex-offline")).keys()).map(({ url }) => new URL(url).pathname));
    expect(kept).toEqual(["/call/offline"]);

    await server.stop();
    await page.goto(`http://localhost:${port}/call/room/${room}`);
    await expect(page.getByRole("heading", { name: "No connection" })).toBeVisible();
    await expect(page.getByRole("heading", { name: "无法连接" })).toBeVisible();
    await expect(page.getByText("The server of Duplex does not answer.")).toBeVisible();
    await expect(page.getByText("This device is offline.")).toBeHidden();
    await context.setOffline(true);
    await expect(page.getByText("This device is offline.")).toBeVisible();

    server = await startServer(port, { DUPLEX_PUBLIC_URL: `http://localhost:${port}/call` });
    // The network is back: by itself.
    await context.setOffline(false);
    await expect(page.getByRole("heading", { name: room })).toBeVisible();
    await expect(sentence(page)).toHaveText("Ready to join");

    // It can be got rid of.
    await page.goto(`http://localhost:${port}/call/`);
    expect(await page.evaluate(async () => (await navigator.serviceWorker.ready).unregister())).toBe(true);
  } finally {
    await server.stop();
  }
});
