// Runs in the page before its own scripts and times the connection that a click leads to, whoever makes it. Plain
// JavaScript, because it is handed to the browser as it stands.
(() => {
  const GIVE_UP_MS = 10_000;
  /** Comfort silence is of three bytes (RFC 6716, section 3.4: a code and a frame of two); any speech is of more. */
  const LARGEST_SILENCE_BYTES = 3;
  const Native = globalThis.RTCPeerConnection;
  let clickedAt = 0;
  let report = () => {};

  function onClick({ timeStamp }) {
    clickedAt = timeStamp;
    /** The times of the connection in milliseconds, at the first packet of the interviewer's voice; undefined where none came. */
    globalThis.connectTimes = new Promise((resolve) => {
      report = resolve;
      setTimeout(resolve, GIVE_UP_MS);
    });
  }
  addEventListener("click", onClick, { capture: true });

  const sinceClick = () => performance.now() - clickedAt;

  globalThis.RTCPeerConnection = class extends Native {
    /** When each stage was reached, from the click. */
    #times = { offerMs: 0, answerMs: 0, iceMs: 0, dtlsMs: 0 };
    #isHeard = false;

    constructor(configuration) {
      // Chromium's own: its packets can be looked at as they arrive. Its statistics are renewed every 50 ms.
      super({ ...configuration, encodedInsertableStreams: true });
      this.addEventListener("iceconnectionstatechange", () => {
        if (this.iceConnectionState === "connected") this.#times.iceMs ||= sinceClick();
      });
      this.addEventListener("connectionstatechange", () => {
        if (this.connectionState === "connected") this.#times.dtlsMs ||= sinceClick();
      });
      this.addEventListener("track", ({ receiver }) => this.#listen(receiver.createEncodedStreams()));
    }

    async setLocalDescription(description) {
      await super.setLocalDescription(description);
      this.#times.offerMs = sinceClick();
    }

    setRemoteDescription(description) {
      this.#times.answerMs = sinceClick();
      return super.setRemoteDescription(description);
    }

    #listen({ readable, writable }) {
      const look = (packet, passOn) => {
        if (packet.data.byteLength > LARGEST_SILENCE_BYTES) this.#heard();
        passOn.enqueue(packet);
      };
      readable
        .pipeThrough(new TransformStream({ transform: look }))
        .pipeTo(writable)
        .catch(() => {});
    }

    #heard() {
      if (this.#isHeard) return;
      this.#isHeard = true;
      const { offerMs, answerMs, dtlsMs } = this.#times;
      const firstAudioMs = sinceClick();
      // The voice may be there before the browser says that it is connected.
      report({ ...this.#times, dtlsMs: dtlsMs || firstAudioMs, firstAudioMs, exchangeMs: answerMs - offerMs });
    }
  };
})();
