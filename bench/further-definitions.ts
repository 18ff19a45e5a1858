import type { Definition } from "./report/definition.ts";

/** Benchmarks of other things than the speed of the service. They are run by name. */
export const FURTHER: readonly Definition[] = [
  {
    folder: "pages",
    name: "connect-time",
    title: "How long a person waits on one machine",
    about: `Chromium opens the page that the built proxy serves in simulation mode and clicks "Connect"; 2 connections warm it up, the next 10
count.

- \`firstAudio\`: from the click to the first packet of the interviewer's voice as it arrives in the browser, and no comfort silence.
- \`exchange\`: from the local description set to the remote one being set.
- \`direct\` is the control: in turn with each connection, the same browser posts its offer to a simulator of the same build
  itself, without proxy, page or CORS preflight, as a page that holds the key could. It asks for the first words over a data
  channel, which opens after the audio line; the proxy asks over its sideband.
- \`proxyAddsMs\`: difference of the two medians of \`exchange\`. The opening of the WebSocket, authentication, the judging of
  offer and answer, the records and one more hop are in it.`,
    goals: [
      {
        what: "Click to first audio, median",
        figure: "proxied.firstAudio.medianMs",
        unit: "ms",
        atMost: 400,
        reason: "The browser's own part is in the control too.",
        next: "compare the stages of [click-to-audio-time](#click-to-audio-time).",
      },
    ],
    uses: ["Chromium"],
  },
  {
    folder: "supervision",
    name: "mirrored-audio-load",
    title: "What a sideband's audio costs",
    about: `200 supervised calls over the Live API in one proxy, bound to one core, with its records in a file. The
simulator, without media, plays an interview at four times the speed of speech, and sends each sideband the audio of both sides as
the service does, in ten frames a second each way. The goal is that no turn is late by more than 200 ms.

- \`turnLateness\`: no event of the Live API says that a turn is final; the proxy's rule does, which waits for two seconds of silence
  or for a second of the other voice. The simulator's process applies the same rule at the source. The time is from when it is
  final there until a client hears of the turn, which is told only when it is written.
- \`candidateAudioKBPerSecond\`, \`interviewerAudioKBPerSecond\`: what one call's sideband carries, weighed on a second one.
- \`control\`: the same proxy, calls and interview without that audio. The difference of \`cpuPercent\` is what throwing it away costs.`,
    goals: [
      {
        what: "The latest turn",
        figure: "turnLateness.maxMs",
        unit: "ms",
        atMost: 200,
        reason: "The audio is read before it is thrown away.",
        next: "compare with the control's tail in the same run.",
      },
    ],
  },
  {
    folder: "supervision",
    name: "idle-call-memory",
    title: "What a supervised call in which nobody speaks costs",
    about: `The control is the same proxy with the same 500 sessions, each with its client connected, before their calls are made. After a
collection of garbage on either side; the call, its supervision, the sideband and the one turn told are all in it, so that the
sideband alone is less. Memory of sockets in the kernel is not in it.`,
    goals: [
      {
        what: "Heap and external memory of a call",
        figure: "heapAndExternalPerCallKiB",
        unit: "KiB",
        atMost: 30,
        reason: "A call keeps what its turns are assembled from.",
        next: "a heap snapshot of calls in which nobody speaks.",
      },
    ],
  },
  {
    folder: "continuity",
    name: "take-over-time",
    title: "How soon another machine has a killed one's interviews",
    about: `Two proxies on one Postgres and 200 interviews at the speed of speech on one of them, which is killed. Both,
the database, the simulator and the pages share two cores.

- \`killToSideband\`: from the kill until the other proxy has attached to a session's call again. A second and a half of it is the
  time after which a machine that shows no life counts as dead.
- \`killToSocket\`: until a page's own socket serves the session again. The audio goes on meanwhile.
- \`lost\`: turns that were said, and are neither in the transcripts nor declared missing there.`,
    goals: [
      {
        what: "Taken over within 3 s",
        figure: "takenOverWithin3sPercent",
        unit: "%",
        atLeast: 95,
        reason: "A machine has to be silent for a while before it counts as dead.",
        next: "see [continuity](continuity.md) for what a shorter wait costs.",
      },
      {
        what: "Taken over within 6 s",
        figure: "takenOverWithin6sPercent",
        unit: "%",
        atLeast: 100,
        reason: "A machine has to be silent for a while before it counts as dead.",
        next: "see [continuity](continuity.md) for what a shorter wait costs.",
      },
    ],
    uses: ["Postgres"],
  },
  {
    folder: "continuity",
    name: "rolling-restart-load",
    title: "What a roll-out does to interviews",
    about: `Two proxies on one Postgres under 200 interviews, each told to stop with SIGTERM and replaced, one after
the other, while another interview is begun four times a second.

- \`withoutSocket\`: how long a page that was told to move, or was cut off, had no socket. A page may move twice.`,
    goals: (["lost", "newInterviewsRefused", "callsEnded"] as const).map((figure) => ({
      what: { lost: "Turns lost", newInterviewsRefused: "New interviews refused", callsEnded: "Calls ended" }[figure],
      figure,
      unit: "",
      atMost: 0,
      reason: "A machine stopped before what it had was another's.",
      next: "look at its log of the roll-out.",
    })),
    uses: ["Postgres"],
  },
  {
    folder: "continuity",
    name: "stores-load",
    title: "What interviews cost Postgres and Redis",
    about: `200 interviews at nine times the speed of speech. Transactions and log from the server's own counters, processor time from all its
processes; with \`fsync\` off, so that a disk adds to the times and not to the counts. [Scaling](scaling.md) reckons with these figures.`,
    uses: ["Postgres"],
  },
  {
    folder: "floods",
    name: "tenant-flood-load",
    title: "What a tenant's flood adds to others' connects",
    about: `A tenant asks for a hundred times what it may, and others connect meanwhile, timed from opening the
socket to the answer of the call. The proxy is on a core of its own, with its records in a file; flood and pages share the other. The
control, \`floodElsewhere\`: the same flood, sent to a bare server on the proxy's core that refuses everything, so that what flood and
machine add by themselves is known. On a machine with other work the tail is that work's.`,
    goals: [
      {
        what: "Added at the 99th percentile",
        figure: "floodAddsP99Ms",
        unit: "ms",
        atMost: 10,
        reason:
          "Each of the flood's requests is still a token to check before it is known whose it is; `ofWhichMachineP99Ms` is what the same flood adds when it is sent elsewhere.",
        next: "refuse by the connection what comes too often, before its token is looked at.",
      },
    ],
  },
  {
    folder: "floods",
    name: "message-flood-load",
    title: "What a flood of messages does to others",
    about: `10,000 messages a second come from one address, while 20 interviews run and pages connect from other
addresses. The flood comes by 200 sockets, each within what one socket may send; one that is closed comes back a second later, as
long as its address may. \`floodOfferedPerSecond\` is what they would send, \`floodSentPerSecond\` what they were open for. The control,
\`floodElsewhere\`: the same flood, to a bare WebSocket server on the proxy's core that answers nothing. An interview is disturbed that
is told of an error or an end, or loses its socket.`,
    goals: [
      {
        what: "Others' 99th percentile, in parts of that without a flood",
        figure: "besideFloodOverAloneP99",
        unit: "",
        atMost: 2,
        reason: "What sends the flood has a core to itself, and reading its messages costs the proxy's.",
        next: "close the sockets of an address that floods at once.",
      },
      {
        what: "Interviews disturbed",
        figure: "disturbedInterviews",
        unit: "",
        atMost: 0,
        reason: "A running interview lost its socket, or was told of an error.",
        next: "find out which, in the proxy's log.",
      },
    ],
  },
];
