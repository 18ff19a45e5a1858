import { randomInt } from "node:crypto";
import { type Clock, Timers } from "../clock.ts";
import type { Peer, PeerFactory } from "./peer.ts";
import { answerByTemplate } from "./template-answer.ts";

/** About what ICE and DTLS take on one machine. */
const CONNECT_MS = 50;

/**
 * Answers offers and connects to nobody, whose data channel never opens. Such a peer is there until its call ends it.
 */
export function createPeersWithoutMedia(clock: Clock): PeerFactory {
  return async (offer, { dtlsRole }, listener) => {
    const ssrc = randomInt(1, 2 ** 32 - 1);
    const timers = new Timers(clock);
    let isOpen = true;
    timers.after(CONNECT_MS, () => listener.connected());
    const peer: Peer = {
      answerSdp: answerByTemplate(offer, { dtlsRole, ssrc, createdAt: clock.now() }),
      ssrc,
      sendRtp: () => false,
      sendText: () => false,
      isReachable: () => isOpen,
      canBeLost: false,
      close() {
        isOpen = false;
        timers.close();
      },
    };
    return peer;
  };
}
