import type { Definition } from "../report/definition.ts";

export const CLICK_TO_AUDIO_TIME: Definition = {
  folder: "pages",
  name: "click-to-audio-time",
  title: "How long a person waits on a network, from the click to the first audio",
  method: 2,
  about: `In Chromium, over a network that is emulated in user space: a round trip of 40 ms to us, 100 ms to the voice service from us and from the
browser, and 250 ms for the service to create a call. Opening a connection costs a round trip, TLS is real and costs its own, and audio is delayed
as long as the rest of the way to the service. Both ways end in the same simulator, in turn, and in the opposite order in every other round. The
pointer is on the button for half a second before the click.

- \`ours\`: the page that the proxy serves, as it is shipped. It opens its socket when the pointer comes to the button; a click, and the
  session is opened beside the microphone, and the offer goes over it, without waiting for the session: no ICE servers are set.
- \`official\`: as the service's documentation has it. The page asks its own server, on a connection that is open, for a client secret, which that
  server gets from the service on a connection that is open; then it makes its offer and posts it to \`/calls\`, where the browser has no
  connection yet, and has to ask whether it may (CORS). It asks for the first words over its data channel.
- \`…Ms\` of the stages are medians, each from the click: the local description set, the answer there, ICE and DTLS done. \`firstAudio\` is the first
  packet of the interviewer's voice as it arrives, and no comfort silence. The service is ICE-lite and waits for the browser's DTLS, as its answers
  have said since September 2026: it answers checks and makes none, so those that the simulator's stack makes take no time here.
- \`limitMs\`: what the distances alone come to, with no computer taking any time: the offer to us and on to the service, the creation, and the
  answer back; then a round trip of ICE and two of DTLS. The service is done with DTLS half a round trip before the browser, so that its first
  packet can come with the end of that.`,
  goals: [
    {
      what: "Of the official way",
      figure: "ofOfficial",
      unit: "times",
      atMost: 0.65,
      reason: "The creation and the handshakes of ICE and DTLS are in both ways, and no server can shorten them.",
      next: "an offer that is made before the click.",
    },
    {
      what: "Above the physical limit, beyond a round trip to the service and the handshakes",
      figure: "overLimitMs",
      unit: "ms",
      atMost: 100,
      reason:
        "What the browser takes for microphone, offer and ICE is in it. No round trip to us is, beyond the offer's own: the session opens on the way.",
      next: "an offer that is made before the click, with no track, which the microphone takes when it is there.",
    },
  ],
  comparisons: [
    {
      what: "Click to first audio",
      unit: "ms",
      better: "lower",
      ours: "ours.firstAudio.medianMs",
      controls: [
        {
          name: "the official way",
          figure: "official.firstAudio.medianMs",
          why: "The secret's way, the cold connection and the opening of the data channel cost less than the second hop.",
        },
      ],
    },
  ],
  ratios: [{ figure: "ofOfficial", better: "lower" }],
  uses: ["Chromium"],
  quick: { ROUNDS: "2", WARM_UPS: "1" },
};
