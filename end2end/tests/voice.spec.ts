// What is said about the own microphone.

import { expect, join, test, withTone } from "./fixtures.ts";

test("who talks while muted reads it, and whose microphone is dead reads that", async ({ person, room }) => {
  const a = await person();
  await withTone(a.context, 300, 0);
  await join(a, room);
  const toast = a.page.locator(".toast");
  const microphone = a.page.getByRole("button", { name: "Microphone" });
  await a.page.evaluate(() => window.speak(0.2));
  await microphone.click();
  await expect(toast).toHaveText("You are talking, and your microphone is off.");
  await a.page.evaluate(() => window.speak(0));
  await expect(toast).toBeEmpty();

  await a.page.evaluate(() => window.speak(0.2));
  await expect(toast).toHaveText("You are talking, and your microphone is off.");
  await microphone.click();
  await expect(toast, "unmuted").toBeEmpty();

  await a.page.evaluate(() => window.speak(0));
  await expect(toast).toHaveText(/Nothing comes from your microphone/);
  await a.page.evaluate(() => window.speak(0.001));
  await expect(toast, "noise is enough").toBeEmpty();
});
