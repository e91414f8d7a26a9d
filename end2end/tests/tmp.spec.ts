import { call, expect, expectWorkingCall, held, ids, sentence, received, test, type Person } from "./fixtures.ts";
test("both", async ({ person, room }) => {
  const [a, b] = await call(person, room);
  const log: string[] = [];
  for (const [who, p] of [["a", a], ["b", b]] as const) {
    p.page.on("websocket", (s) => {
      s.on("framesent", ({ payload }) => { const t = String(payload); if (t.startsWith("42")) log.push(`${who} > ${t.slice(0, 90).replace(room, "")} ${(t.match(/ice-ufrag:\S{4}/) ?? [""])[0]}`); });
      s.on("framereceived", ({ payload }) => { const t = String(payload); if (t.startsWith("42")) log.push(`${who} < ${t.slice(0, 60).replace(room, "")} ${(t.match(/ice-ufrag:\S{4}/) ?? [""])[0]} ${t.slice(-40)}`); });
    });
  }
  await Promise.all([a.page.reload(), b.page.reload()]);
  await a.page.waitForTimeout(6000);
  if ((await received(a.page)).frames < 30 || (await received(b.page)).frames < 30) console.log("BAD\n" + log.filter(l => !l.includes("candidate")).join("\n"));
  for (const p of [a, b]) {
    console.log(await sentence(p.page).textContent(), ids(p), await received(p.page), await p.page.evaluate(() => window.connections.map(c => [c.connectionState, c.signalingState, c.getTransceivers().map(t => [t.mid, t.direction, t.currentDirection, t.sender.track?.kind, t.receiver.track.kind, t.receiver.track.muted].join("/")).join(" ")])));
  }
});
