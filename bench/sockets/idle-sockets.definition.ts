import type { Definition } from "../report/definition.ts";

export const IDLE_SOCKETS: Definition = {
  folder: "sockets",
  name: "idle-sockets",
  title: "What 15,000 WebSockets cost one process that wait for hours",
  method: 2,
  about: `\`proxy\`: signed in and welcomed; \`proxyWithSessions\`: with a session and its record. Controls: \`bareWs\`, a server of \`ws\` that pings
and does nothing else, and \`socketIo\` as it is installed. All four have 15,000 sockets each.

- \`memoryPerSocketKiB\`: of each socket from the 3,001st on, after a collection of garbage, of what is resident without the heap's free room.
  V8 keeps up to 16 MiB and more of that by how fast a process has just allocated, which in 15,000 sockets would be a KiB each, by chance;
  \`rssPerSocketKiB\` has it in. Memory of sockets in the kernel is in neither.
- \`cpuUsPerBeat\`: processor time of a heartbeat each 5 seconds, over six of them, of all four servers in the same seconds and on one core.`,
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
      ours: "servers.proxy.memoryPerSocketKiB",
      controls: [
        { name: "bare ws", figure: "servers.bareWs.memoryPerSocketKiB", why: "It knows nothing of who is connected." },
        { name: "Socket.IO", figure: "servers.socketIo.memoryPerSocketKiB", why: "" },
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
    // Not over bare ws, of which a socket is so small that some pages more or less are a quarter of it.
    { figure: "memoryOverSocketIo", better: "lower" },
    { figure: "heartbeatOverBareWs", better: "lower" },
  ],
  uses: ["ws", "socket.io"],
  quick: { SOCKETS: "300", BEATS: "2" },
};
