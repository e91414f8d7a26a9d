// What a camera films, as a file for Chromium: its own test picture is so plain that no network is too narrow for it.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A file with half a second of a moving, grainy picture, which the browser repeats. */
export class Film {
  private readonly folder = mkdtempSync(join(tmpdir(), "duplex-film-"));
  private readonly path = join(this.folder, "film.y4m");

  constructor(width: number, height: number, fps: number, grain: number) {
    const parts: Buffer[] = [Buffer.from(`YUV4MPEG2 W${width} H${height} F${fps}:1 Ip A1:1 C420mpeg2\n`)];
    let random = 1;
    for (let frame = 0; frame < fps / 2; frame++) {
      const picture = Buffer.alloc((width * height * 3) / 2, 128);
      for (let i = 0; i < width * height; i++) {
        // A small generator of our own: every run films the same.
        random = (Math.imul(random, 1664525) + 1013904223) >>> 0;
        const stripes = 60 * Math.sin(((i % width) + frame * 8) / 30);
        picture[i] = 128 + stripes + ((random >>> 16) % (2 * grain + 1)) - grain;
      }
      parts.push(Buffer.from("FRAME\n"), picture);
    }
    writeFileSync(this.path, Buffer.concat(parts));
  }

  /** What Chromium is started with. */
  get argument() {
    return `--use-file-for-fake-video-capture=${this.path}`;
  }

  remove() {
    rmSync(this.folder, { recursive: true });
  }
}
