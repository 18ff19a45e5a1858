// @vitest-environment happy-dom
import { WebRTCManager } from "@interview-proxy/react";
import { Profiler, type ReactElement } from "react";
import { expect, test, vi } from "vitest";
import { FakeBrowser } from "../../client/test/fakes/fake-browser.ts";
import { FakeStream, FakeTrack } from "../../client/test/fakes/fake-media.ts";
import { fakeSound } from "./fake-sound.ts";
import { fakeTime } from "./fake-time.ts";
import { mount, settled } from "./mount.tsx";

const TIMES = 100;

/** Each time takes some 40 ms on a quiet machine. */
const PATIENCE = { timeout: 90_000 };

test(
  "mounted, taken away and brought back a hundred times, it holds one interview at a time and leaves nothing behind",
  PATIENCE,
  async () => {
    const sound = fakeSound();
    const clock = fakeTime();
    const browser = new FakeBrowser();
    const microphones: FakeTrack[] = [];
    browser.getUserMedia = async () => {
      const track = new FakeTrack();
      microphones.push(track);
      return new FakeStream([track]);
    };
    const onRender = vi.fn<() => void>();
    const states: string[] = [];
    const interview = <Interview browser={browser} onRender={onRender} onState={(state) => states.push(state)} />;

    const { show } = await mount(<></>);
    for (let time = 1; time <= TIMES; time += 1) {
      await show(interview);
      await settled(async () => {
        const socket = await browser.nthSocket(time);
        await browser.serverAnswers();
        await browser.peer.answered();
        browser.peer.becomes("connected");
        expect(socket).toBe(browser.socket);
      });
      expect(states.at(-1)).toBe("connected");
      expect(openIn(browser, microphones)).toEqual({ sockets: 1, peers: 1, tracks: 1 });
      // Its meters and its orb share one context.
      expect(sound.open()).toBe(1);
      clock.pass(200);

      await show(<></>);
      await settled(async () => browser.socket.serverCloses(1000));
      expect(openIn(browser, microphones)).toEqual({ sockets: 0, peers: 0, tracks: 0 });
      expect(sound.open()).toBe(0);
      expect(clock.timers()).toBe(0);
    }

    // Strict mode mounts each component twice; a second call, microphone or offer would cost money or ask the person twice.
    expect({ sockets: browser.sockets.length, peers: browser.peers.length, tracks: microphones.length }).toEqual({
      sockets: TIMES,
      peers: TIMES,
      tracks: TIMES,
    });
    // So many for each time, and no more the hundredth time than the first.
    expect(onRender.mock.calls.length / TIMES).toBeLessThan(30);
    expect(onRender.mock.calls.length % TIMES).toBe(0);
  },
);

interface InterviewProps {
  readonly browser: FakeBrowser;
  readonly onRender: () => void;
  readonly onState: (state: string) => void;
}

function Interview({ browser, onRender, onState }: InterviewProps): ReactElement {
  return (
    <Profiler id="interview" onRender={onRender}>
      <WebRTCManager
        url="ws://interview.test?simulation=true"
        environment={browser.environment}
        autoStart
        onStateChange={onState}
      />
    </Profiler>
  );
}

function openIn({ sockets, peers }: FakeBrowser, microphones: readonly FakeTrack[]) {
  return {
    sockets: sockets.filter(({ readyState }) => readyState < 2).length,
    peers: peers.filter(({ closed }) => !closed).length,
    tracks: microphones.filter(({ stopped }) => !stopped).length,
  };
}
