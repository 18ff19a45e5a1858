import type { Definition } from "../report/definition.ts";

export const IDLE_SOCKETS: Definition = {
  folder: "sockets",
  name: "idle-sockets",
  title: "What 15,000 WebSockets cost one process that wait for hours",
  about: `As memory each after a collection of garbage, and as processor time of a heartbeat each 5 seconds. \`proxy\`: signed in and welcomed;
\`proxyWithSessions\`: with a session and its record. Controls, one after the other: \`bareWs\`, a server of \`ws\` that pings and does nothing
else, and \`socketIo\` as it is installed. Memory of sockets in the kernel is not in it. No round is repeated: a figure is the mean over
all sockets, and the opening of so many is what takes the time.`,
  goals: [
    {
      what: "Memory of a socket, of bare ws",
      figure: "memoryOverBareWs",
      unit: "times",
      atMost: 1.5,
      reason: "A socket that waits has its admission, its rate limits and its state besides what `ws` keeps.",
      next: "the count of each arrival, which the library of rate limits keeps with a timer of its own for a minute.",
    },
    {
      what: "Memory of a socket, of Socket.IO",
      figure: "memoryOverSocketIo",
      unit: "times",
      atMost: 0.5,
      reason:
        "A socket that waits has its admission, its rate limits and its state besides what `ws` keeps, and Socket.IO stands on `ws` too.",
      next: "the count of each arrival, which the library of rate limits keeps with a timer of its own for a minute.",
    },
  ],
  comparisons: [
    {
      what: "Memory of an idle socket",
      unit: "KiB",
      better: "lower",
      ours: "servers.proxy.rssPerSocketKiB",
      controls: [
        { name: "bare ws", figure: "servers.bareWs.rssPerSocketKiB", why: "It knows nothing of who is connected." },
        { name: "Socket.IO", figure: "servers.socketIo.rssPerSocketKiB", why: "" },
      ],
    },
    {
      what: "A heartbeat",
      unit: "µs",
      better: "lower",
      ours: "servers.proxy.cpuUsPerBeat",
      controls: [
        {
          name: "bare ws",
          figure: "servers.bareWs.cpuUsPerBeat",
          why: "The sending and receiving are the same; what is more is that the proxy notes who is still there.",
        },
        {
          name: "Socket.IO",
          figure: "servers.socketIo.cpuUsPerBeat",
          why: "Its heartbeats are its own messages, and come when its timers are due.",
        },
      ],
    },
  ],
  ratios: [
    { figure: "memoryOverBareWs", better: "lower" },
    { figure: "heartbeatOverBareWs", better: "lower" },
  ],
  uses: ["ws", "socket.io"],
  quick: { SOCKETS: "300" },
};
