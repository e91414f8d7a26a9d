// What is said about the own microphone.

import type { BrowserContext } from "@playwright/test";
import { expect, join, test } from "./fixtures.ts";

declare global {
  interface Window {
    /** How loud the person speaks, 0 to 1. */
    speak(volume: number): void;
  }
}

/** A microphone into which `speak` speaks: a steady tone, or nothing at all. */
async function withVoice(context: BrowserContext) {
  await context.addInitScript(() => {
    const devices = navigator.mediaDevices;
    const open = devices.getUserMedia.bind(devices);
    devices.getUserMedia = async (constraints) => {
      const stream = await open(constraints);
      const [microphone] = stream.getAudioTracks();
      if (!microphone) return stream;
      microphone.stop();
      const sound = new AudioContext();
      document.addEventListener("click", () => void sound.resume());
      const volume = new GainNode(sound, { gain: 0 });
      const out = new MediaStreamAudioDestinationNode(sound);
      const voice = new OscillatorNode(sound, { frequency: 300 });
      voice.connect(volume).connect(out);
      voice.start();
      window.speak = (value) => void (volume.gain.value = value);
      return new MediaStream([...out.stream.getTracks(), ...stream.getVideoTracks()]);
    };
  });
}

test("who talks while muted reads it, and whose microphone is dead reads that", async ({ person, room }) => {
  const a = await person();
  await withVoice(a.context);
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
