// Preloaded into a server by `--import`: answers its parent's messages with what the process has used. Plain JavaScript,
// because a built server runs without a loader.
process.on("message", (message) => {
  if (message === "collect") globalThis.gc();
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed, external } = process.memoryUsage();
  process.send({ cpuMs: (user + system) / 1000, rss, heapUsed, external });
});
// A server whose benchmark has died ends too.
process.on("disconnect", () => process.kill(process.pid));
// None of this may keep the server from ending.
process.channel.unref();
