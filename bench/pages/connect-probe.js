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

  const sinceClick = () => performance.now() - clickedAt;

  globalThis.RTCPeerConnection = class extends Native {
    /** When each stage was reached, from the click. */
    #times = { offerMs: 0, answerMs: 0, iceMs: 0, dtlsMs: 0 };

    constructor(configuration) {
      super(configuration);
      this.addEventListener("iceconnectionstatechange", () => {
        if (this.iceConnectionState === "connected") this.#times.iceMs ||= sinceClick();
      });
      this.addEventListener("connectionstatechange", () => {
        if (this.connectionState === "connected") this.#times.dtlsMs ||= sinceClick();
      });
      void this.#lookForAudio();
    }

    async setLocalDescription(description) {
      await super.setLocalDescription(description);
      this.#times.offerMs = sinceClick();
    }

    setRemoteDescription(description) {
      this.#times.answerMs = sinceClick();
      return super.setRemoteDescription(description);
    }

    async #lookForAudio() {
      const reports = [...(await this.getStats()).values()];
      if (reports.some(({ type, packetsReceived }) => type === "inbound-rtp" && packetsReceived > 0)) {
        const { offerMs, answerMs } = this.#times;
        report({ ...this.#times, firstAudioMs: sinceClick(), exchangeMs: answerMs - offerMs });
      } else if (this.connectionState !== "closed") {
        setTimeout(() => void this.#lookForAudio(), LOOK_EVERY_MS);
      }
    }
  };
})();
