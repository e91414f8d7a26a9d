// That the check which every other test relies on can fail: each of these must.

import { expect, test } from "./fixtures.ts";

test("a test fails when a page logs an error", async ({ person }) => {
  test.fail();
  const { page } = await person();
  await page.goto("/");
  await page.evaluate(() => console.error("on purpose"));
});

test("a test fails when a page throws", async ({ person }) => {
  test.fail();
  const { page } = await person();
  await page.goto("/");
  const thrown = page.waitForEvent("pageerror");
  await page.evaluate(() => void setTimeout(() => { throw new Error("on purpose"); }));
  await thrown;
});

test("a test fails when a request fails", async ({ person }) => {
  test.fail();
  const { page } = await person();
  await page.goto("/");
  const failed = page.waitForEvent("requestfailed");
  await page.route("**/gone", (route) => route.abort("connectionreset"));
  await page.evaluate(() => fetch("/gone").catch(() => {}));
  await failed;
});

test("a test fails when the server answers with an error", async ({ person }) => {
  test.fail();
  const { page } = await person();
  await page.goto("/");
  await page.evaluate(() => fetch("/nothing/here"));
});

test("a test passes when nothing goes wrong", async ({ person }) => {
  const { page, watch } = await person();
  await page.goto("/");
  await expect(page.getByRole("heading", { name: "Duplex" })).toBeVisible();
  expect(watch.problems).toEqual([]);
});
