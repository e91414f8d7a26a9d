import { call, expect, expectWorkingCall, held, join, negotiated, received, sentAudio, sentence, test } from "./fixtures.ts";

test("two people join by link, see and hear each other", async ({ person, room }) => {
  const [a, b] = await call(person, room);
  for (const { page } of [a, b]) {
    const { frames, audioPackets } = await received(page);
    console.log(`    received: ${frames} video frames, ${audioPackets} audio packets`);
  }
});

test("the link that is copied leads into the same room", async ({ person }) => {
  const a = await person({ permissions: ["clipboard-read", "clipboard-write"] });
  await a.page.goto("/");
  await a.page.getByRole("button", { name: "Open a new room" }).click();
  await expect(a.page).toHaveURL(/\/room\/([a-z]{5}-){3}[a-z]{5}$/);
  await a.page.getByRole("button", { name: "Join" }).click();
  await a.page.getByRole("button", { name: "Copy link" }).click();
  await expect(a.page.getByRole("button", { name: "Copied" })).toBeVisible();
  const link = await a.page.evaluate(() => navigator.clipboard.readText());
  expect(link).toBe(a.page.url());
  await expect(a.page.getByLabel("Send this link to the other person")).toHaveValue(link);

  const b = await person();
  await b.page.goto(link);
  await b.page.getByRole("button", { name: "Join" }).click();
  await expectWorkingCall(a, b);
});

test("a camera that goes off and on again is seen to do so", async ({ person, room }) => {
  const [a, b] = await call(person, room);
  const theirs = b.page.locator(".tile:not(.tile-self)");
  expect((await held(a.page)).devices.toSorted()).toEqual(["audio", "video"]);

  await a.page.getByRole("button", { name: "Camera" }).click();
  await expect(theirs).toHaveClass(/tile-empty/);
  await expect(theirs.locator("video")).toBeHidden();
  expect((await held(a.page)).devices, "the camera is released").toEqual(["audio"]);
  const { frames } = await received(b.page);

  await a.page.getByRole("button", { name: "Camera" }).click();
  await expect(theirs).not.toHaveClass(/tile-empty/);
  await expect.poll(async () => (await received(b.page)).frames).toBeGreaterThan(frames + 10);
  await expectWorkingCall(a, b);
});

test("a muted microphone is shown to the other person, and nothing is sent", async ({ person, room }) => {
  const [a, b] = await call(person, room);
  const theirs = b.page.locator(".tile:not(.tile-self)");
  await expect.poll(() => sentAudio(a.page), "it beeps").toBeGreaterThan(10);
  const negotiations = await negotiated(a.page);

  await a.page.getByRole("button", { name: "Microphone" }).click();
  await expect(theirs.getByText("Microphone off:")).toBeAttached();
  const muted = await sentAudio(a.page);
  const { frames } = await received(b.page);
  await expect.poll(async () => (await received(b.page)).frames, "video goes on").toBeGreaterThan(frames + 30);
  expect((await sentAudio(a.page)) - muted, "packets while muted").toBe(0);
  expect((await held(a.page)).devices, "the microphone stays open").toContain("audio");

  await a.page.getByRole("button", { name: "Microphone" }).click();
  await expect(theirs.getByText("Microphone off:")).not.toBeAttached();
  await expect.poll(() => sentAudio(a.page), "it beeps again").toBeGreaterThan(muted + 10);
  expect(await negotiated(a.page), "nothing is negotiated for it").toBe(negotiations);
});

test("the third person reads that the room is full, and comes in when there is a place", async ({ person, room }) => {
  const [a, b] = await call(person, room);
  const c = await person();
  await join(c, room);
  await expect(sentence(c.page)).toHaveText("This room is full");
  await b.page.getByRole("button", { name: "Leave" }).click();
  await expect(sentence(a.page)).toHaveText("The other person left");
  await c.page.getByRole("button", { name: "Try again" }).click();
  await expectWorkingCall(a, c);
});

test("one leaves, the other reads it, and the first comes back into a working call", async ({ person, room }) => {
  const [a, b] = await call(person, room);
  await a.page.getByRole("button", { name: "Leave" }).click();
  await expect(sentence(a.page)).toHaveText("You left the call");
  await expect(sentence(b.page)).toHaveText("The other person left");
  expect(await held(a.page), "nothing is held after leaving").toEqual({ connections: 0, devices: [] });

  await a.page.getByRole("button", { name: "Join again" }).click();
  await expectWorkingCall(a, b);
});

test("closing the tab is being away, and then leaving", async ({ person, room }) => {
  const [a, b] = await call(person, room);
  await a.page.close();
  await expect(sentence(b.page)).toHaveText("The other person is gone for a moment");
  // Nobody knows that it was not a reload before the grace time is over.
  await expect(sentence(b.page)).toHaveText("The other person left", { timeout: 30_000 });
});

test("going to the lobby by its link is leaving", async ({ person, room }) => {
  const [a, b] = await call(person, room);
  await a.page.getByRole("link", { name: "Duplex" }).click();
  await expect(a.page.getByRole("button", { name: "Open a new room" })).toBeVisible();
  await expect(sentence(b.page)).toHaveText("The other person left");
  await expect.poll(() => held(a.page)).toEqual({ connections: 0, devices: [] });

  // Coming back is not joining: nobody is put on the air without being asked.
  await a.page.goBack();
  await expect(sentence(a.page)).toHaveText("Ready to join");
});

test("devices that open after the page was left are released", async ({ person, room }) => {
  const { page } = await person();
  await page.addInitScript(() => {
    const devices = navigator.mediaDevices;
    const open = devices.getUserMedia.bind(devices);
    devices.getUserMedia = async (constraints) => {
      const stream = await open(constraints);
      // As slow as a person who thinks about the browser's question.
      await new Promise((resolve) => window.addEventListener("answered", resolve, { once: true }));
      return stream;
    };
  });
  await page.goto(`/room/${room}`);
  await expect(sentence(page)).toHaveText("Asking for your camera and microphone…");
  await expect.poll(async () => (await held(page)).devices.length).toBe(2);
  await page.getByRole("link", { name: "Duplex" }).click();
  await expect(page.getByRole("button", { name: "Open a new room" })).toBeVisible();
  await page.evaluate(() => window.dispatchEvent(new Event("answered")));
  await expect.poll(async () => (await held(page)).devices).toEqual([]);
});

test("loading one page again ends in a working call again", async ({ person, room }) => {
  const [a, b] = await call(person, room);
  await a.page.reload();
  await expectWorkingCall(a, b);
  await b.page.reload();
  await expectWorkingCall(a, b);
});

test("who was muted and off camera still is after loading the page again", async ({ person, room }) => {
  const [a, b] = await call(person, room);
  await a.page.getByRole("button", { name: "Microphone" }).click();
  await a.page.getByRole("button", { name: "Camera" }).click();
  const theirs = b.page.locator(".tile:not(.tile-self)");
  await expect(theirs).toHaveClass(/tile-empty/);

  await a.page.reload();
  await expectWorkingCall(a);
  for (const name of ["Microphone", "Camera"]) {
    await expect(a.page.getByRole("button", { name })).toHaveAttribute("aria-pressed", "false");
  }
  expect((await held(a.page)).devices, "the camera was not opened").toEqual(["audio"]);
  await expect(theirs).toHaveClass(/tile-empty/);
  await expect(theirs.getByText("Microphone off:")).toBeAttached();
  expect((await received(b.page)).frames).toBe(0);

  await a.page.getByRole("button", { name: "Camera" }).click();
  await a.page.getByRole("button", { name: "Microphone" }).click();
  await expectWorkingCall(a, b);
});

test("by keyboard: whoever joins goes on where the page says what happens", async ({ person, room }) => {
  const { page } = await person();
  await page.goto(`/room/${room}`);
  await expect(sentence(page)).toHaveText("Ready to join");
  await page.getByRole("button", { name: "Join" }).press("Enter");
  await expect(sentence(page)).toHaveText("Waiting for the other person");
  await expect(page.locator(".notice")).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(page.getByLabel("Send this link to the other person")).toBeFocused();
});

test("a room may have a Chinese name", async ({ person }) => {
  const [a, b] = await call(person, "视频会议");
  await expect(a.page.getByRole("heading", { name: "视频会议" })).toBeVisible();
  expect(await b.page.title()).toBe("视频会议 · Duplex");
});
