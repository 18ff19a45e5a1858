// Runs a command in a network of its own, in which there is only IPv6: `node without-ipv4.js COMMAND …`. Needs Linux and root.
import { spawnSync } from "node:child_process";
import process from "node:process";

// With an address beside the loopback's, as every machine has: browsers pass over the loopback where they look for their own.
const network = `
  set -e
  ip link set lo up
  ip address delete 127.0.0.1/8 dev lo
  ip link add candidate0 type veth peer name server0
  ip link set candidate0 up
  ip link set server0 up
  ip address add fd00::1/64 dev candidate0 nodad
  exec "$@"
`;

const isMissing = ["unshare", "ip"].some((program) => spawnSync(program, ["-V"]).error !== undefined);
if (isMissing || process.getuid?.() !== 0) {
  process.stderr.write(
    "A network without IPv4 takes Linux, root, and the programs unshare and ip: apt-get install util-linux iproute2\n",
  );
  process.exit(1);
}
const { status } = spawnSync("unshare", ["--net", "sh", "-c", network, "sh", ...process.argv.slice(2)], {
  stdio: "inherit",
});
process.exitCode = status ?? 1;
