// Runs in the page before its own scripts and times the connection that a click leads to, whoever makes it. Plain
// JavaScript, because it is handed to the browser as it stands.
(() => {
  /** Between two looks at the statistics, in milliseconds. Chromium itself renews them every 50 ms. */
  const LOOK_EVERY_MS = 5;
  const GIVE_UP_MS = 10_000;
  const Native = globalThis.RTCPeerConnection;
  let clickedAt = 0;
  let report = () => {};

  function onClick({ timeStamp }) {
    clickedAt = timeStamp;
    /** The times of the connection in milliseconds, at its first remote audio packet; undefined where none came. */
    globalThis.connectTimes = new Promise((resolve) => {
      report = resolve;
      setTimeout(resolve, GIVE_UP_MS);
    });
  }
  addEventListener("click", onClick, { capture: true });

  globalThis.RTCPeerConnection = class extends Native {
    #offeredAt = 0;
    #exchangeMs = 0;

    constructor(configuration) {
      super(configuration);
      void this.#lookForAudio();
    }

    async setLocalDescription(description) {
      await super.setLocalDescription(description);
      this.#offeredAt = performance.now();
    }

    setRemoteDescription(description) {
      this.#exchangeMs = performance.now() - this.#offeredAt;
      return super.setRemoteDescription(description);
    }

    async #lookForAudio() {
      const reports = [...(await this.getStats()).values()];
      if (reports.some(({ type, packetsReceived }) => type === "inbound-rtp" && packetsReceived > 0)) {
        report({ firstAudioMs: performance.now() - clickedAt, exchangeMs: this.#exchangeMs });
      } else if (this.connectionState !== "closed") {
        setTimeout(() => void this.#lookForAudio(), LOOK_EVERY_MS);
      }
    }
  };
})();
