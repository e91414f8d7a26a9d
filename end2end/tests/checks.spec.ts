// That the check which every other test relies on can fail.

import { expect, test } from "./fixtures.ts";

test("a test fails when something went wrong in a page", async ({ person }) => {
  test.fail();
  const { page } = await person();
  await page.goto("/");
  await page.evaluate(() => console.error("on purpose"));
});

test("a test passes when nothing went wrong", async ({ person }) => {
  const { page } = await person();
  await page.goto("/");
  await expect(page.getByRole("heading", { name: "Duplex" })).toBeVisible();
});

const WRONGS: Record<string, [RegExp, () => unknown]> = {
  "an error in the console": [/^console: on purpose/, () => console.error("on purpose")],
  "an uncaught error": [
    /^uncaught: Error: on purpose/,
    () => void setTimeout(() => { throw new Error("on purpose"); }),
  ],
  "a request that fails": [/^failed: .*gone/, () => fetch("/gone").catch(() => {})],
  "an answer that is an error": [/^status 404: .*nothing/, () => fetch("/nothing/here")],
};

for (const [name, [problem, cause]] of Object.entries(WRONGS)) {
  test(`what counts as going wrong: ${name}`, async ({ person }) => {
    const { page, watch } = await person();
    await page.route("**/gone", (route) => route.abort("connectionreset"));
    await page.goto("/");
    await page.evaluate(cause);
    await expect.poll(() => watch.problems).toContainEqual(expect.stringMatching(problem));
    watch.problems.length = 0;
  });
}
