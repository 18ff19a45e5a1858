import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { readOggOpus } from "../src/audio/ogg-opus.ts";
import { singleFrameMs } from "../src/audio/opus-packet.ts";
import { Pacer } from "../src/audio/pacer.ts";
import { Playout } from "../src/audio/playout.ts";
import { isRtcp, readAudioLevel, rtpPayload } from "../src/audio/rtp.ts";
import { RtpWriter } from "../src/audio/rtp-writer.ts";
import { substituteSpeech } from "../src/audio/substitute-speech.ts";
import { ManualClock } from "./manual-clock.ts";
import { spokenTurn } from "./spoken-turn.ts";

describe("the pacer", () => {
  test("keeps to its schedule however late its timer is", () => {
    const clock = new ManualClock();
    const pacer = new Pacer(clock);
    const start = clock.now();
    let ticks = 0;
    pacer.add({ tick: () => (ticks += 1) });
    clock.advance(60_000, 7);
    const elapsed = clock.now() - start;
    expect(Math.abs(ticks * 20 - elapsed)).toBeLessThanOrEqual(20);
  });

  test("makes up for a stall, but not for a long sleep", () => {
    const clock = new ManualClock();
    const pacer = new Pacer(clock);
    let ticks = 0;
    pacer.add({ tick: () => (ticks += 1) });
    clock.advance(0);
    clock.advance(20, 500);
    expect(ticks).toBe(27);
    clock.advance(20, 5000);
    expect(ticks).toBeLessThan(32);
  });

  test("gives a member nothing after it has left, and stops with the last", () => {
    const clock = new ManualClock();
    const pacer = new Pacer(clock);
    let ticks = 0;
    const member = {
      tick: () => {
        ticks += 1;
        pacer.remove(member);
      },
    };
    pacer.add(member);
    clock.advance(200);
    expect(ticks).toBe(1);
    expect(clock.pending).toBe(0);
  });

  test("runs one timer, also when a tick empties and refills it", () => {
    const clock = new ManualClock();
    const pacer = new Pacer(clock);
    let ticks = 0;
    const second = { tick: () => (ticks += 1) };
    const first = {
      tick: () => {
        pacer.remove(first);
        pacer.add(second);
      },
    };
    pacer.add(first);
    clock.advance(1000);
    expect(clock.pending).toBe(1);
    expect(ticks).toBeGreaterThanOrEqual(50);
    expect(ticks).toBeLessThanOrEqual(52);
  });
});

describe("the playout", () => {
  const [A, B] = [Uint8Array.of(1), Uint8Array.of(2)];

  function playout(): { output: Playout; sent: string[] } {
    const sent: string[] = [];
    const output = new Playout(
      (opus, marker) => sent.push(`${opus === A ? "A" : opus === B ? "B" : "silence"}${marker ? "!" : ""}`),
      {
        isHeld: () => false,
        started: (id) => sent.push(`started ${id}`),
        finished: (id) => sent.push(`finished ${id}`),
      },
    );
    return { output, sent };
  }

  test("plays utterances one after the other, and silence around them", () => {
    const { output, sent } = playout();
    output.tick();
    output.play({ responseId: "a", itemId: "", turn: spokenTurn("", [A, A]) });
    output.play({ responseId: "b", itemId: "", turn: spokenTurn("", [B]) });
    for (let i = 0; i < 4; i += 1) {
      output.tick();
    }
    expect(sent).toEqual(["silence", "A!", "started a", "A", "finished a", "B!", "started b", "finished b", "silence"]);
  });

  test("tells how much was played of what is cut off", () => {
    const { output } = playout();
    output.play({ responseId: "a", itemId: "x", turn: spokenTurn("", [A, A, A]) });
    output.play({ responseId: "b", itemId: "y", turn: spokenTurn("", [B]) });
    output.tick();
    output.tick();
    expect(output.clear()).toEqual([
      { responseId: "a", itemId: "x", playedMs: 40 },
      { responseId: "b", itemId: "y", playedMs: 0 },
    ]);
    expect(output.clear()).toEqual([]);
  });
});

describe("RTP", () => {
  test("numbers packets without a gap, and wraps", () => {
    const writer = new RtpWriter(111, 0xdecade);
    const headers = Array.from({ length: 70_000 }, (_, index) => {
      const packet = writer.write(Uint8Array.of(1, 2, 3), index === 0);
      return { length: packet.length, type: packet[1], sequence: packet.readUInt16BE(2), time: packet.readUInt32BE(4) };
    });
    expect(headers[0]?.type).toBe(0x80 | 111);
    expect(headers[1]).toMatchObject({ length: 15, type: 111 });
    const isContinuous = headers.every(({ sequence, time }, index) => {
      const previous = headers[index - 1] ?? { sequence: sequence - 1, time: time - 960 };
      return sequence === ((previous.sequence + 1) & 0xffff) && time === (previous.time + 960) >>> 0;
    });
    expect(isContinuous).toBe(true);
  });

  const header = (first: number) => [first, 111, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1];

  test.each([
    ["one byte", [0xbe, 0xde, 0, 1, 0x10, 0x80 | 42, 0, 0]],
    ["one byte, after another element and padding", [0xbe, 0xde, 0, 2, 0x21, 9, 9, 0, 0x10, 42, 0, 0]],
    ["two bytes", [0x10, 0x00, 0, 1, 1, 1, 42, 0]],
  ])("the audio level is found in a header of %s", (_name, extension) => {
    const packet = Buffer.from([...header(0x90), ...extension, 7, 8]);
    expect(readAudioLevel(packet, 1)).toBe(42);
    expect([...rtpPayload(packet)]).toEqual([7, 8]);
  });

  test.each([
    ["no extension", [...header(0x80), 7]],
    ["another id", [...header(0x90), 0xbe, 0xde, 0, 1, 0x20, 42, 0, 0]],
    ["an unknown profile", [...header(0x90), 1, 2, 0, 1, 0x10, 42, 0, 0]],
    ["a length beyond the packet", [...header(0x90), 0xbe, 0xde, 0xff, 0xff, 0x10]],
    ["nothing", []],
  ])("no audio level is found with %s", (_name, bytes) => {
    expect(readAudioLevel(Buffer.from(bytes), 1)).toBeUndefined();
  });

  test("padding is no payload, and more padding than packet leaves nothing", () => {
    expect([...rtpPayload(Buffer.from([...header(0xa0), 7, 0, 2]))]).toEqual([7]);
    expect([...rtpPayload(Buffer.from([...header(0xa0), 7, 200]))]).toEqual([]);
  });

  test("RTCP is told apart", () => {
    expect(isRtcp(Buffer.from([0x80, 200]))).toBe(true);
    expect(isRtcp(Buffer.from([0x80, 0x80 | 111]))).toBe(false);
  });
});

describe("clips", () => {
  const load = (name: string) => readFile(new URL(`../assets/${name}`, import.meta.url));

  test.each([1, 2, 3, 4, 5, 6])("number %d of the default interview is speech in packets of 20 ms", async (number) => {
    const packets = readOggOpus(await load(`default-interview-${number}.opus`));
    expect(packets.length).toBeGreaterThan(150);
    expect(packets.every((packet) => singleFrameMs(packet) === 20)).toBe(true);
  });

  test.each([
    ["other bytes", Buffer.from("RIFF....WAVE")],
    ["nothing", Buffer.alloc(0)],
  ])("%s are refused", (_name, bytes) => {
    expect(() => readOggOpus(bytes)).toThrow(/Ogg/);
  });

  test("a packet longer than one frame can be is no frame", () => {
    expect(singleFrameMs(new Uint8Array(1276).fill(0x78, 0, 1))).toBe(20);
    expect(singleFrameMs(new Uint8Array(1277).fill(0x78, 0, 1))).toBeUndefined();
  });

  test("a file cut short is refused", async () => {
    const file = await load("default-interview-2.opus");
    expect(() => readOggOpus(file.subarray(0, file.length - 100))).toThrow("ends in the middle");
  });
});

describe("substitute speech", () => {
  const voice = Array.from({ length: 50 }, (_, index) => new Uint8Array(60).fill(index + 1));
  const isPause = (packet: Uint8Array) => packet.length === 3;

  test("lasts as long as saying the text would", () => {
    const hundredWords = Array.from({ length: 100 }, () => "words").join(" ");
    const seconds = (substituteSpeech(hundredWords, voice).length * 20) / 1000;
    // 100 words at 150 to 170 a minute.
    expect(seconds).toBeGreaterThan(33);
    expect(seconds).toBeLessThan(40);
  });

  test("pauses at punctuation, longest at the end of a sentence", () => {
    const pauses = (text: string) => substituteSpeech(text, voice).filter(isPause).length;
    expect(pauses("well")).toBeLessThan(pauses("well,"));
    expect(pauses("well,")).toBeLessThan(pauses("well."));
  });

  test("is the same for the same text, and empty for none", () => {
    expect(substituteSpeech("Same text.", voice)).toEqual(substituteSpeech("Same text.", voice));
    expect(substituteSpeech(" ", voice)).toEqual([]);
  });
});
