// Preloaded into a server by `--import`: its clock jumps by so many milliseconds when its parent sends a number. Timers do not,
// as they do not where a machine's clock is set.
const realNow = Date.now;
const RealDate = Date;
let offset = 0;

Date.now = () => realNow() + offset;
globalThis.Date = class extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(realNow() + offset);
    else super(...args);
  }
};

process.on("message", (message) => {
  if (typeof message === "number") offset += message;
});
