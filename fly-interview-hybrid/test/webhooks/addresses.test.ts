import type { LookupAddress } from "node:dns";
import { describe, expect, test } from "vitest";
import { checkedLookup, PrivateAddressError } from "../../src/webhooks/checked-lookup.ts";
import { isPublicAddress } from "../../src/webhooks/public-addresses.ts";
import { openWebhooksInTime } from "./open-webhooks.ts";
import { startReceiver } from "./receiver.ts";

const PUBLIC: LookupAddress = { address: "93.184.215.14", family: 4 };
const LOOPBACK: LookupAddress = { address: "127.0.0.1", family: 4 };
const NO_PRIVATE = { WEBHOOK_PRIVATE_ADDRESSES: "false" };

test.each([
  "0.0.0.0",
  "10.1.2.3",
  "100.64.0.1",
  "127.0.0.1",
  "127.255.255.254",
  "169.254.169.254",
  "172.16.0.1",
  "172.31.255.255",
  "192.0.0.1",
  "192.168.1.1",
  "198.18.0.1",
  "203.0.113.9",
  "224.0.0.1",
  "240.0.0.1",
  "255.255.255.255",
  "::",
  "::1",
  "::ffff:127.0.0.1",
  "::ffff:8.8.8.8",
  "64:ff9b::a00:1",
  "fe80::1",
  "fc00::1",
  "fdaa:0:1::3",
  "ff02::1",
  "2001::1",
  "2001:db8::1",
  "2002:7f00:1::",
  "3fff::1",
  "no address",
  "",
])("%s is no address of the Internet", (address) => {
  expect(isPublicAddress(address)).toBe(false);
});

test.each([
  "8.8.8.8",
  "93.184.215.14",
  "172.32.0.1",
  "100.128.0.1",
  "2606:2800:21f:cb07:6820:80da:af6b:8b2c",
  "2a00::1",
])("%s is one", (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

describe("an endpoint at an address that is not public", () => {
  test.each(["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1"])(
    "such as %s is sent nothing",
    async (host) => {
      const receiver = await startReceiver();
      const { start, pass, attempts } = await openWebhooksInTime([`https://${host}:${receiver.port}/hooks`], {
        settings: NO_PRIVATE,
        resolve: () => Promise.reject(new Error("A literal address is not looked up.")),
      });
      await start();
      await pass(1);
      expect(await attempts()).toEqual({ private_address: 1 });
      expect(receiver.received).toEqual([]);
    },
  );

  test.each([
    ["that alone", [LOOPBACK]],
    ["beside one that is public", [PUBLIC, LOOPBACK]],
    ["of IPv6", [{ address: "fdaa::3", family: 6 }]],
    ["none at all", []],
  ])("is sent nothing where its name has %s", async (_which, addresses) => {
    const { start, pass, attempts, records } = await openWebhooksInTime(["https://hooks.example/"], {
      settings: NO_PRIVATE,
      resolve: () => Promise.resolve(addresses),
    });
    await start();
    await pass(1);
    expect(await attempts()).toEqual({ private_address: 1 });
    // Its name may have another one later.
    expect(await records.oldestDelivery()).toBeDefined();
  });

  test("is sent to where the settings allow it", async () => {
    const receiver = await startReceiver();
    const { start, pass } = await openWebhooksInTime([receiver.url]);
    await start();
    await pass(1);
    expect(receiver.types()).toEqual(["session.started"]);
  });
});

describe("a name", () => {
  test("is looked up once for a connection, which is made to the address that was looked at", async () => {
    const receiver = await startReceiver();
    const asked: string[] = [];
    const { start, pass } = await openWebhooksInTime([`http://hooks.example:${receiver.port}/`], {
      resolve(hostname) {
        asked.push(hostname);
        return Promise.resolve([LOOPBACK]);
      },
    });
    await start();
    await pass(1);
    expect(asked).toEqual(["hooks.example"]);
    expect(receiver.received).toMatchObject([{ headers: { host: `hooks.example:${receiver.port}` } }]);
  });

  test("that cannot be looked up is tried again", async () => {
    const { start, pass, attempts } = await openWebhooksInTime(["https://hooks.example/"], {
      settings: NO_PRIVATE,
      resolve: () => Promise.reject(Object.assign(new Error("no such name"), { code: "ENOTFOUND" })),
    });
    await start();
    await pass(7);
    expect(await attempts()).toEqual({ unreachable: 2 });
  });

  test.each([true, false])("hands the connection the very addresses that were checked (all: %s)", async (all) => {
    const answers = [[PUBLIC], [LOOPBACK]];
    const lookup = checkedLookup(() => Promise.resolve(answers.shift() ?? []), isPublicAddress);
    const look = () =>
      new Promise((resolve, reject) => {
        lookup("hooks.example", { all }, (error, address) => (error === null ? resolve(address) : reject(error)));
      });
    expect(await look()).toEqual(all ? [PUBLIC] : PUBLIC.address);
    await expect(look()).rejects.toThrow(PrivateAddressError);
  });
});
