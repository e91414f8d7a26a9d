import { FAKE_DEVICES } from "../browser.js";
import { expect, expectWorkingCall, join, received, sentence, test, unanswered, withBrowser, withoutDevices } from "./fixtures.ts";

test("joining without any device works: one sees and hears the other", async ({ person, room }) => {
  await withBrowser([], async (browser) => {
    const a = await person();
    await join(a, room);
    const b = await person({ in: browser });
    await withoutDevices(b.context, "audioinput", "videoinput");
    await b.page.goto(`/room/${room}`);
    await expect(sentence(b.page)).toHaveText("No camera and no microphone found");
    await b.page.getByRole("button", { name: "Join" }).click();
    await expectWorkingCall(b);
    await expect(b.page.getByText("The other person will neither hear nor see you.")).toBeVisible();
    await expect(sentence(a.page)).toHaveText("Connected");
    await expect(a.page.locator(".tile:not(.tile-self)")).toHaveClass(/tile-empty/);
    await b.context.close();
  });
});

test("without any device one may also be the first", async ({ person, room }) => {
  await withBrowser([], async (browser) => {
    const b = await person({ in: browser });
    await withoutDevices(b.context, "audioinput", "videoinput");
    await b.page.goto(`/room/${room}`);
    await expect(sentence(b.page)).toHaveText("No camera and no microphone found");
    await b.page.getByRole("button", { name: "Join" }).click();
    await expect(sentence(b.page)).toHaveText("Waiting for the other person");
    const a = await person();
    await join(a, room);
    await expectWorkingCall(b);
    await b.context.close();
  });
});

test("without a camera one joins with sound only", async ({ person, room }) => {
  const a = await person();
  await withoutDevices(a.context, "videoinput");
  await a.page.goto(`/room/${room}`);
  await expect(sentence(a.page)).toHaveText("No camera found, joining with sound only");
  await expect(a.page.getByRole("button", { name: "Camera" })).toBeDisabled();
  await a.page.getByRole("button", { name: "Join" }).click();
  const b = await person();
  await join(b, room);
  await expectWorkingCall(a);
  await expect.poll(async () => (await received(b.page)).audioPackets).toBeGreaterThan(10);
  expect((await received(b.page)).frames).toBe(0);
});

test("who does not allow the devices is told how to, and can join without", async ({ person, room }) => {
  await withBrowser([...FAKE_DEVICES, "--deny-permission-prompts"], async (browser) => {
    const a = await person();
    await join(a, room);
    const b = await person({ in: browser });
    await b.page.goto(`/room/${room}`);
    await expect(sentence(b.page)).toHaveText("Your browser does not allow camera and microphone");
    await expect(b.page.getByText("Click the sign left of the address")).toBeVisible();
    await b.page.getByRole("button", { name: "Join" }).click();
    await expectWorkingCall(b);
    await b.context.close();
  });
});

test("who allows the devices after all gets them, without another click", async ({ person, room }) => {
  await withBrowser([...FAKE_DEVICES, "--deny-permission-prompts"], async (browser) => {
    const a = await person({ in: browser });
    await a.page.goto(`/room/${room}`);
    await expect(sentence(a.page)).toHaveText("Your browser does not allow camera and microphone");
    await a.context.grantPermissions(["camera", "microphone"]);
    await expect(sentence(a.page)).toHaveText("Ready to join");
    await expect(a.page.locator(".tile-self video")).toBeVisible();
    await a.context.close();
  });
});

test("where the browser does not tell of permissions one asks again", async ({ person, room }) => {
  await withBrowser([...FAKE_DEVICES, "--deny-permission-prompts"], async (browser) => {
    const a = await person({ in: browser });
    await a.page.addInitScript(() => {
      navigator.permissions.query = () => Promise.reject(new TypeError("no such name"));
    });
    await a.page.goto(`/room/${room}`);
    await expect(sentence(a.page)).toHaveText("Your browser does not allow camera and microphone");
    await a.context.grantPermissions(["camera", "microphone"]);
    await a.page.getByRole("button", { name: "Ask again" }).click();
    await expect(sentence(a.page)).toHaveText("Ready to join");
    await expect(a.page.locator(".tile-self video")).toBeVisible();
    await a.context.close();
  });
});

test("who allows only the microphone is heard", async ({ person, room }) => {
  await withBrowser([...FAKE_DEVICES, "--deny-permission-prompts"], async (browser) => {
    const a = await person({ in: browser, permissions: ["microphone"] });
    await a.page.goto(`/room/${room}`);
    await expect(a.page.getByRole("button", { name: "Microphone" })).toHaveAttribute("aria-pressed", "true");
    await a.page.getByRole("button", { name: "Join" }).click();
    const b = await person();
    await join(b, room);
    await expect.poll(async () => (await received(b.page)).audioPackets).toBeGreaterThan(10);
    // Allowed after all, in the middle of the call.
    await a.context.grantPermissions(["camera", "microphone"]);
    await expectWorkingCall(a, b);
    await a.context.close();
  });
});

test("a browser without WebRTC is told so", async ({ person, room }) => {
  const { page } = await person();
  await page.addInitScript(() => {
    Reflect.deleteProperty(window, "RTCPeerConnection");
  });
  await page.goto(`/room/${room}`);
  await expect(sentence(page)).toHaveText("This browser cannot make calls");
  await expect(page.getByRole("button", { name: "Join" })).not.toBeAttached();
});

test("while the browser asks, the page says so, and one can join already", async ({ person, room }) => {
  const { page, context } = await person();
  await unanswered(context);
  await page.goto(`/room/${room}`);
  await expect(sentence(page)).toHaveText("Asking for your camera and microphone…");
  await page.getByRole("button", { name: "Join" }).click();
  await expect(sentence(page)).toHaveText("Waiting for the other person");
});

test("on an insecure address the page says why there is no camera", async ({ person, room, baseURL }) => {
  const { page } = await person();
  await page.addInitScript(() => Object.defineProperty(navigator, "mediaDevices", { value: undefined }));
  await page.goto(`${baseURL}/room/${room}`);
  await expect(sentence(page)).toHaveText("Camera and microphone need a secure address");
});

test("both devices are asked for in one question", async ({ person, room }) => {
  const { page } = await person();
  await page.goto(`/room/${room}`);
  await expect(sentence(page)).toHaveText("Ready to join");
  const asked = await page.evaluate(() => window.asked.map(({ audio, video }) => [!!audio, !!video]));
  expect(asked).toEqual([[true, true]]);
});
