// Files from one page to the other: whole, as they were, and never held as a whole in memory.

import { createHash, randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdtemp, open as openFile, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join as path } from "node:path";
import { chromium, type Browser, type Locator, type Page } from "@playwright/test";
import { ARGS, FAKE_DEVICES, SAY_YES, chromiumPath } from "../browser.js";
import { call, expect, expectWorkingCall, join, record, sentence, test, type NewPerson, type Person } from "./fixtures.ts";

const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true };

let folder: string;
test.beforeAll(async () => {
  folder = await mkdtemp(path(tmpdir(), "duplex-files-"));
});
test.afterAll(() => rm(folder, { recursive: true, force: true }));

/** Opens the chat, from wherever its button is at this size. */
async function open(page: Page) {
  if ((page.viewportSize()?.width ?? 0) < 768) await page.locator("button[popovertarget=more]").click();
  await page.getByRole("button", { name: /^(Chat|聊天)/ }).click();
  await expect(page.locator(".chat")).toBeVisible();
}

/** Chooses files, as a person does in the browser's dialog. */
const offer = (page: Page, ...files: (string | { name: string; mimeType: string; buffer: Buffer })[]) =>
  page.locator(".files-input").setInputFiles(files as string[]);

const one = (page: Page, name: string | RegExp) => page.locator(".file").filter({ hasText: name });
const state = (file: Locator) => file.locator(".file-state");

const sum = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");

async function sumOfFile(file: string) {
  const hash = createHash("sha256");
  for await (const bytes of createReadStream(file)) hash.update(bytes as Buffer);
  return hash.digest("hex");
}

/** Saves a file that came, and returns what it is called and where it is. */
async function save(page: Page, file: Locator) {
  await expect(state(file)).toHaveText(/^Received|^已收到/);
  const waiting = page.waitForEvent("download");
  await file.getByRole("link").click();
  const download = await waiting;
  return { name: download.suggestedFilename(), file: await download.path() };
}

const buffer = (name: string, bytes: Buffer) => ({ name, mimeType: "application/octet-stream", buffer: bytes });

async function two(person: NewPerson, room: string, options = {}) {
  const people = await call(() => person(options), room);
  for (const { page } of people) await open(page);
  return people;
}

for (const [size, options] of Object.entries({ desktop: {}, phone: PHONE })) {
  test(`three files at once, one of them empty, and a name that leads elsewhere, ${size}`, async ({ person, room }) => {
    test.slow();
    const [{ page: a }, { page: b }] = await two(person, room, options);
    const files = [
      buffer("one.bin", randomBytes(3_000_000)),
      buffer("照片.jpg", randomBytes(1_234_567)),
      buffer("empty.txt", Buffer.alloc(0)),
    ];
    await offer(a, ...files);
    await expect(a.locator(".file")).toHaveCount(3);
    await expect(state(one(a, "one.bin"))).toHaveText("Waiting for an answer");
    await expect(b.locator(".file")).toHaveCount(3);
    for (const { name } of files) await one(b, name).getByRole("button", { name: "Accept" }).click();
    for (const { name, buffer } of files) {
      const saved = await save(b, one(b, name));
      expect(saved.name).toBe(name);
      expect(sum(await readFile(saved.file))).toBe(sum(buffer));
      await expect(state(one(a, name))).toHaveText("Delivered");
    }
  });
}

test("a name with a path in it arrives harmless, and a file in Chinese words", async ({ person, room }) => {
  test.slow();
  const options = { locale: "zh-CN", ...PHONE };
  const [{ page: a }, { page: b }] = [await person(options), await person(options)];
  for (const page of [a, b]) {
    // Browsers take the path out of the name themselves; another page may not.
    await page.addInitScript(() => {
      Object.defineProperty(File.prototype, "name", { get: () => "../../.evil\u202e/..\\..\\.con<b>.txt\u0000" });
    });
    await page.goto(`room/${room}`);
    await page.getByRole("button", { name: "加入" }).click();
  }
  await open(a);
  await expect(a.locator("#chat-hint")).toBeEmpty();
  await offer(a, buffer("x", Buffer.from("hello")));
  await expect(b.locator("#file-news")).toHaveText("对方要发送文件：con_b_.txt_");
  await expect(b.locator("button[popovertarget=more] .badge")).toHaveText("1");
  await open(b);
  await b.getByRole("button", { name: "接收" }).click();
  const saved = await save(b, b.locator(".file"));
  expect(saved.name).toBe("con_b_.txt_");
  await expect(state(a.locator(".file"))).toHaveText("已送达");
});

test("a file is refused, taken back, and cancelled by either", async ({ person, room }) => {
  test.slow();
  const [{ page: a }, { page: b }] = await two(person, room);
  const big = path(folder, "big.bin");
  await writeFile(big, randomBytes(30_000_000));
  await offer(a, buffer("refused.bin", Buffer.alloc(10)), buffer("taken back.bin", Buffer.alloc(10)));
  await one(b, "refused.bin").getByRole("button", { name: "Refuse" }).click();
  // The button that had the focus is gone; the key that closes the panel works all the same.
  await expect(one(b, "refused.bin").getByRole("button", { name: "Refuse" })).toHaveCount(0);
  await b.keyboard.press("Escape");
  await expect(b.locator(".side")).toHaveCount(0);
  await open(b);
  await expect(state(one(a, "refused.bin"))).toHaveText("Refused");
  await one(a, "taken back.bin").getByRole("button", { name: "Cancel" }).click();
  await expect(state(one(b, "taken back.bin"))).toHaveText("Cancelled");
  await expect(one(b, "taken back.bin").getByRole("button")).toHaveCount(0);

  // Held, so that it cannot be done before it is cancelled.
  for (const [index, canceller] of [a, b].entries()) {
    await offer(a, big);
    const here = one(canceller, "big.bin").nth(index);
    const there = one(canceller === a ? b : a, "big.bin").nth(index);
    await one(b, "big.bin").nth(index).getByRole("button", { name: "Accept" }).click();
    await one(a, "big.bin").nth(index).getByRole("button", { name: "Pause" }).click();
    await here.getByRole("button", { name: "Cancel" }).click();
    await expect(state(here)).toHaveText("Cancelled");
    await expect(state(there)).toHaveText("Cancelled");
  }
  // Nothing is left in the private folder.
  const left = () =>
    b.evaluate(async () => {
      const names: string[] = [];
      const folder = (await navigator.storage.getDirectory()) as unknown as { keys(): AsyncIterable<string> };
      // Recordings have a folder of their own.
      for await (const name of folder.keys()) if (name !== "recordings") names.push(name);
      return names;
    });
  await expect.poll(left).toEqual([]);
});

test("a file is paused and resumed by either", async ({ person, room }) => {
  test.slow();
  const [{ page: a }, { page: b }] = await two(person, room);
  const bytes = randomBytes(40_000_000);
  await offer(a, buffer("movie.bin", bytes));
  const [from, to] = [one(a, "movie.bin"), one(b, "movie.bin")];
  await to.getByRole("button", { name: "Accept" }).click();
  for (const [here, there] of [
    [from, to],
    [to, from],
  ] as const) {
    await here.getByRole("button", { name: "Pause" }).click();
    await expect(state(here)).toHaveText("Paused by you");
    await expect(state(there)).toHaveText("Paused by the other person");
    // What was on its way has arrived by the time that nothing changes any more.
    const done = () => to.getByRole("progressbar").evaluate((bar: HTMLProgressElement) => bar.value);
    let before = -1;
    await expect
      .poll(async () => {
        const [last, now] = [before, await done()];
        before = now;
        return now - last;
      })
      .toBe(0);
    expect(before).toBeLessThan(bytes.length);
    await here.getByRole("button", { name: "Resume" }).click();
    await expect(state(there)).not.toHaveText(/^Paused/);
    await expect.poll(done).toBeGreaterThan(before);
  }
  const saved = await save(b, to);
  expect(sum(await readFile(saved.file))).toBe(sum(bytes));
});

test("a file is dropped on the page, or pasted", async ({ person, room }) => {
  const [{ page: a }, { page: b }] = await call(() => person(), room);
  const transfer = await a.evaluateHandle(() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File(["dropped"], "dropped.txt"));
    return transfer;
  });
  const stage = a.locator(".stage");
  await stage.dispatchEvent("dragover", { dataTransfer: transfer });
  await expect(a.getByText("Drop files here to send them")).toBeVisible();
  await stage.dispatchEvent("drop", { dataTransfer: transfer });
  await expect(a.getByText("Drop files here to send them")).toBeHidden();
  await expect(one(a, "dropped.txt")).toBeVisible();
  await a.evaluate(() => {
    const clipboardData = new DataTransfer();
    clipboardData.items.add(new File(["pasted"], "pasted.png"));
    document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  });
  await expect(one(a, "pasted.png")).toBeVisible();
  await expect(b.locator("#file-news")).toHaveText("A file is offered: pasted.png");
  await expect(b.locator(".control-chat .badge")).toHaveText("2");
  await open(b);
  await expect(b.locator(".file")).toHaveCount(2);
  await offer(a, ...Array.from({ length: 20 }, (_, n) => buffer(`many ${n}`, Buffer.alloc(1))));
  await expect(a.locator("#chat-hint")).toHaveText("At most 16 files can wait for an answer.");
  await expect(b.locator(".file")).toHaveCount(16);
});

test("without a private folder the browser keeps the pieces", async ({ person, room }) => {
  const [a, b] = [await person(), await person()];
  await b.context.addInitScript(() => {
    StorageManager.prototype.getDirectory = () => Promise.reject(new DOMException("none", "SecurityError"));
  });
  await join(a, room);
  await join(b, room);
  await expectWorkingCall(a, b);
  await open(a.page);
  await open(b.page);
  const bytes = randomBytes(2_500_000);
  await offer(a.page, buffer("x.bin", bytes));
  await b.page.getByRole("button", { name: "Accept" }).click();
  const saved = await save(b.page, one(b.page, "x.bin"));
  expect(sum(await readFile(saved.file))).toBe(sum(bytes));
});

test("what is not what was sent is not handed over", async ({ person, room }) => {
  const [a, b] = [await person(), await person()];
  await a.context.addInitScript(() => {
    // The first byte of what is read of a file is another one on the way.
    const send = RTCDataChannel.prototype.send as (data: unknown) => void;
    RTCDataChannel.prototype.send = function (data: unknown) {
      if (data instanceof Uint8Array && data.length > 16 && this.label === "duplex-files") {
        const offset = new DataView(data.buffer, data.byteOffset).getBigUint64(8);
        if (offset === 0n) {
          data = data.slice();
          (data as Uint8Array)[16]! ^= 1;
        }
      }
      send.call(this, data);
    };
  });
  await join(a, room);
  await join(b, room);
  await expectWorkingCall(a, b);
  await open(a.page);
  await open(b.page);
  await offer(a.page, buffer("x.bin", randomBytes(100_000)));
  await b.page.getByRole("button", { name: "Accept" }).click();
  await expect(state(one(b.page, "x.bin"))).toHaveText("Not what was sent. Send it again.");
  await expect(one(b.page, "x.bin").getByRole("link")).toHaveCount(0);
  await expect(state(one(a.page, "x.bin"))).toHaveText("Not what was sent. Send it again.");
});

/** The most memory that the process of a page's tab had since the last call, in MB. */
async function tabMemory(browser: Browser, page: Page) {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  let sum = 0;
  // Both pages have a browser of their own: its tabs are this page.
  for (const { id, type } of processInfo) {
    if (type !== "renderer") continue;
    const status = await readFile(`/proc/${id}/status`, "utf8").catch(() => "");
    sum += Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
  }
  const heap = await page.evaluate(() => (performance as unknown as { memory: { usedJSHeapSize: number } }).memory.usedJSHeapSize);
  return { tab: sum, heap: heap / 1e6 };
}

test("200 MB with the link cut in the middle", async ({ baseURL, room }) => {
  test.setTimeout(600_000);
  const big = path(folder, "200 MB.bin");
  const file = await openFile(big, "w");
  for (let n = 0; n < 200; n++) await file.write(randomBytes(1 << 20));
  await file.close();
  const size = (await stat(big)).size;

  // Each a browser with a profile on disk, as people have it.
  const start = async (name: string) => {
    const context = await chromium.launchPersistentContext(path(folder, name), {
      executablePath: chromiumPath(),
      args: [...ARGS, ...FAKE_DEVICES, ...SAY_YES],
      ...(baseURL ? { baseURL } : {}),
    });
    await context.addInitScript(record);
    return { page: context.pages()[0]!, context };
  };
  const people = [await start("a"), await start("b")] as unknown as [Person, Person];
  try {
    const [a, b] = people;
    await join(a, room);
    await expect(sentence(a.page)).toHaveText("Waiting for the other person");
    await join(b, room);
    await expectWorkingCall(a, b);
    for (const { page } of people) await open(page);

    const memory = () => Promise.all(people.map(({ page, context }) => tabMemory(context.browser()!, page)));
    const before = await memory();
    const most = before.map((one) => ({ ...one }));
    const measure = async () => {
      for (const [index, now] of (await memory()).entries()) {
        most[index]!.tab = Math.max(most[index]!.tab, now.tab);
        most[index]!.heap = Math.max(most[index]!.heap, now.heap);
      }
    };
    await offer(a.page, big);
    const [from, to] = [one(a.page, "200 MB.bin"), one(b.page, "200 MB.bin")];
    await to.getByRole("button", { name: "Accept" }).click();
    const done = async () => {
      await measure();
      const bar = to.getByRole("progressbar");
      if ((await bar.count()) === 0) return size;
      return bar.evaluate((bar: HTMLProgressElement) => bar.value);
    };
    const cutAt = size / 3;
    await expect.poll(done, { timeout: 300_000 }).toBeGreaterThan(cutAt);
    const connections = await a.page.evaluate(() => {
      window.connections.at(-1)!.close();
      return window.connections.length;
    });
    const atCut = await done();
    expect(atCut, "cut in the middle").toBeLessThan(size);
    await expect.poll(done, { timeout: 300_000, message: "it goes on" }).toBeGreaterThan(atCut + 8e6);
    expect(await a.page.evaluate(() => window.connections.length)).toBeGreaterThan(connections);
    await expect
      .poll(
        async () => {
          await measure();
          return state(to).textContent();
        },
        { timeout: 300_000 },
      )
      .toMatch(/^Received/);
    await expect(state(from)).toHaveText("Delivered");
    const saved = await save(b.page, to);
    expect(await sumOfFile(saved.file)).toBe(await sumOfFile(big));
    for (const [index, { tab, heap }] of most.entries()) {
      console.log(`page ${index}: tab ${before[index]!.tab.toFixed(0)} → ${tab.toFixed(0)} MB, heap ${before[index]!.heap.toFixed(0)} → ${heap.toFixed(0)} MB`);
      expect(tab - before[index]!.tab, "memory of the tab in MB").toBeLessThan(150);
      expect(heap - before[index]!.heap, "JavaScript's heap in MB").toBeLessThan(150);
    }
  } finally {
    for (const { context } of people) await context.close();
  }
});
