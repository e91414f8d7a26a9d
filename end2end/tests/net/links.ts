// What comes in over each link of a page, from the browser's statistics.

import type { Page } from "./pictures.ts";

/** Sums since the link began. */
export interface Incoming {
  /** The address of the machine on the other side. */
  from: string;
  frames: number;
  width: number;
  samples: number;
  concealed: number;
  time: number;
}

/** What each open link of the page has received. */
export function incoming(page: Page): Promise<Incoming[]> {
  return page.evaluate(async () => {
    const links = [];
    for (const connection of window.connections) {
      if (connection.connectionState === "closed") continue;
      const link = { from: "", frames: 0, width: 0, samples: 0, concealed: 0, time: performance.now() };
      const reports = await connection.getStats();
      for (const report of reports.values()) {
        if (report.type === "transport" && report.selectedCandidatePairId) {
          const pair = reports.get(report.selectedCandidatePairId);
          link.from = reports.get(pair?.remoteCandidateId)?.address ?? "";
        }
        // Of two pictures the camera's came first.
        if (report.type === "inbound-rtp" && report.kind === "video" && !link.frames) {
          link.frames = report.framesDecoded ?? 0;
          link.width = report.frameWidth ?? 0;
        }
        if (report.type === "inbound-rtp" && report.kind === "audio") {
          link.samples += report.totalSamplesReceived ?? 0;
          link.concealed += report.concealedSamples ?? 0;
        }
      }
      links.push(link);
    }
    return links;
  });
}

/** What comes in on average for some time: pictures a second, their width, and the part of the sound that was made up. */
export async function rates(page: Page, ms: number) {
  const before = await incoming(page);
  await new Promise((resolve) => setTimeout(resolve, ms));
  const after = await incoming(page);
  return after.flatMap((now) => {
    const then = before.find(({ from }) => from === now.from);
    if (!then || then.frames > now.frames) return [];
    return {
      from: now.from,
      fps: ((now.frames - then.frames) * 1000) / (now.time - then.time),
      width: now.width,
      concealed: (now.concealed - then.concealed) / Math.max(1, now.samples - then.samples),
    };
  });
}
