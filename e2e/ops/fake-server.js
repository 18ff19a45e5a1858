// Runs in the page before its own scripts: a server whose stream tells of as many running sessions as a test wants, and of their
// changes, each second, as a busy server does. What the page asks by other ways is answered as by a server where all is well.
{
  const STARTED = Date.now();
  const STATES = ["live", "live", "live", "live", "live", "interrupted", "connecting", "open"];
  const QUALITIES = ["good", "good", "good", "good", "good", "poor", "lost", null];
  const PERSONS = ["ada", "grace", "katherine", "dorothy", "annie", "hedy", "mary", "joan", "radia", "barbara"];
  const iso = (ms) => new Date(ms).toISOString();

  const sessionOf = (index, round) => {
    const turn = index + round;
    const state = STATES[(index * 7) % STATES.length];
    return {
      sessionId: `ses_${String(index).padStart(22, "0")}`,
      person: `${PERSONS[index % PERSONS.length]}.${index}@example.org`,
      persona: ["alloy", "marin", "verse"][index % 3],
      state,
      isHere: true,
      upstream: "openai",
      startedAt: iso(STARTED - index * 7000),
      deadline: state === "interrupted" ? null : iso(STARTED + 90_000 + index * 11_000),
      remainingSeconds: state === "interrupted" ? 600 + index : null,
      muted: index % 17 === 3,
      isCandidateConnected: state !== "interrupted",
      quality: state === "live" ? QUALITIES[(turn * 3) % QUALITIES.length] : null,
      rttMs: state === "live" ? 20 + ((turn * 13) % 180) : null,
      tokens: 900 * index + 40 * round,
      money: 0.03 * (index % 40) + 0.002 * round,
      violations: index % 23 === 5 ? 2 : 0,
    };
  };

  const loop = (times) => {
    let sum = 0;
    for (let i = 0; i < times; i += 1) sum += Math.sqrt(i);
    return sum;
  };
  /** How long a million times take when nothing comes between: the least of some, in ms. */
  const millionMs = Math.min(
    ...Array.from({ length: 20 }, () => {
      const begun = performance.now();
      loop(1_000_000);
      return performance.now() - begun;
    }),
  );
  /** Computes for so many ms of a processor's time, however long that takes on a machine with other work. */
  const burn = (ms) => loop((ms / millionMs) * 1_000_000);

  const overview = (troubles) => ({
    type: "overview",
    at: iso(Date.now()),
    startedAt: iso(STARTED - 86_400_000),
    connects: {
      outcomes: { ok: 1841, refused: 12, failed: 7 },
      errors: { UPSTREAM_TIMEOUT: 5, UPSTREAM_UNAVAILABLE: 2, RATE_LIMITED: 12 },
      seconds: {
        count: 1841,
        sum: 1400,
        buckets: [
          [0.1, 12],
          [0.25, 190],
          [0.5, 802],
          [0.75, 1377],
          [1, 1620],
          [1.5, 1748],
          [2.5, 1812],
          [5, 1837],
          [10, 1841],
        ].map(([le, count]) => ({ le, count })),
      },
      stages: {},
    },
    upstreams: [
      {
        upstream: "openai",
        servers: 2,
        unreachable: 0,
        clockSkewSeconds: 0.2,
        requests: { create: { ok: 1841, timeout: 5, "5xx": 2 }, attach: { ok: 1839, gone: 2 }, hangup: { ok: 1790 } },
      },
    ],
    tenant: {
      running: { used: window.fakeServer.sessions, limit: 600 },
      month: {
        month: "2026-11-01T00:00:00.000Z",
        at: iso(Date.now()),
        uses: [
          { kind: "seconds", used: 812_400, limit: 1_800_000 },
          { kind: "tokens", used: 46_200_000, limit: 50_000_000 },
          { kind: "money", used: 812.5, limit: 800 },
        ],
      },
    },
    troubles,
  });

  const said = [
    { type: "turn", seq: 1, id: "t1", n: 1, role: "interviewer", text: "Good morning. What did you build last?" },
    { type: "turn", seq: 2, id: "t2", n: 2, role: "candidate", text: "A loom that is told its pattern by cards." },
    {
      type: "turn",
      seq: 3,
      id: "t3",
      n: 3,
      role: "interviewer",
      text: "And when a card tears in the",
      status: "interrupted",
    },
  ].map((turn) => ({ status: "complete", startedAt: iso(STARTED), endedAt: iso(STARTED), ...turn }));

  class FakeEventSource extends EventTarget {
    static CONNECTING = 0;
    static OPEN = 1;
    static CLOSED = 2;
    readyState = 1;
    #timer;
    constructor(address) {
      super();
      window.fakeServer.streams.add(this);
      const begin = address.startsWith("/api/operators/") ? () => this.#tellSessions() : () => this.#tellWords();
      setTimeout(begin);
    }
    tell(type, data) {
      if (this.readyState === 1) this.dispatchEvent(new MessageEvent(type, { data: JSON.stringify(data) }));
    }
    breakOff(readyState) {
      clearInterval(this.#timer);
      this.readyState = readyState;
      this.dispatchEvent(new Event("error"));
    }
    close() {
      clearInterval(this.#timer);
      this.readyState = 2;
      window.fakeServer.streams.delete(this);
    }
    #tellSessions() {
      const { sessions, troubles } = window.fakeServer;
      const all = (round) => Array.from({ length: sessions }, (_, index) => sessionOf(index, round));
      this.tell("sessions", { type: "sessions", at: iso(Date.now()), sessions: all(0), more: false });
      this.tell("overview", overview(troubles));
      let round = 0;
      this.#timer = setInterval(() => {
        round += 1;
        // A third of them changes in each second.
        const changed = all(round).filter((_, index) => index % 3 === round % 3);
        this.tell("changes", { type: "changes", at: iso(Date.now()), changed, gone: [], more: false });
        burn(window.fakeServer.busyMs);
        if (round % 5 === 0) this.tell("overview", overview(window.fakeServer.troubles));
      }, 1000);
    }
    #tellWords() {
      this.dispatchEvent(new Event("open"));
      for (const turn of said) this.tell("message", turn);
      this.tell("message", { type: "speaking", role: "candidate", active: true });
      this.tell("message", { type: "transcript_delta", turnId: "t4", role: "candidate", text: "Then the weaver" });
    }
  }

  const signedIn = {
    operator: { sub: "olive@example.org", tenant: "looms", scopes: ["operate", "observe"] },
    csrfToken: "csrf",
    expiresAt: iso(STARTED + 3_600_000),
  };
  const json = (body) => new Response(JSON.stringify(body), { headers: { "content-type": "application/json" } });
  const refused = (code) =>
    new Response(JSON.stringify({ error: { code, message: code, retryable: false, requestId: "1" } }), { status: 401 });

  window.fakeServer = {
    sessions: 500,
    /** With each change the page's thread is busy for so long in addition, in ms of a processor's time. */
    busyMs: 0,
    troubles: [],
    isSignedIn: true,
    streams: new Set(),
    ...window.fakeServerOptions,
  };
  window.EventSource = FakeEventSource;
  window.fetch = async (path) => {
    if (!window.fakeServer.isSignedIn) return refused("TOKEN_EXPIRED");
    if (path.startsWith("/api/operators/")) return json(signedIn);
    return json({ sessions: [], nextCursor: null });
  };
}
