import { lookAtInvitation, redeemInvitation } from "@interview-proxy/client";
import { describe, expect, test } from "vitest";

const TICKET = { sessionId: "ses_a", ticket: "a.b.c", url: "wss://interview.test/", expiresAt: "2026-11-27T12:00:00Z" };

/** A server that replies so to everything, and what it was asked. */
function serverThat(reply: () => Response) {
  const asked: (readonly [url: string, body: unknown])[] = [];
  const fetch = (url: string, { body }: RequestInit) => {
    asked.push([url, JSON.parse(body as string)]);
    return Promise.resolve(reply());
  };
  return { asked, options: { url: "wss://interview.test?simulation=true", invitation: "inv", environment: { fetch } } };
}

describe("an invitation", () => {
  test("is redeemed for a ticket, with the consent that was given", async () => {
    const { asked, options } = serverThat(() => Response.json(TICKET, { status: 201 }));
    expect(await redeemInvitation(options)).toEqual(TICKET);
    await redeemInvitation({ ...options, hasConsented: false });
    await redeemInvitation({ ...options, hasConsented: true });
    const url = "https://interview.test/api/invitations/redeem";
    expect(asked).toEqual([
      [url, { invitation: "inv" }],
      [url, { invitation: "inv" }],
      [url, { invitation: "inv", consent: true }],
    ]);
  });

  test("is looked at without being redeemed", async () => {
    const { asked, options } = serverThat(() => Response.json({}));
    await lookAtInvitation(options);
    expect(asked).toEqual([["https://interview.test/api/pre-check?simulation=true", { invitation: "inv" }]]);
  });

  test.each([lookAtInvitation, redeemInvitation])(
    "that leads nowhere is told by %o in the server's words",
    async (ask) => {
      const error = {
        code: "INVITATION_EXPIRED",
        message: "It has expired. Ask again.",
        retryable: false,
        requestId: "r",
      };
      const { options } = serverThat(() => Response.json({ error }, { status: 410 }));
      await expect(ask(options)).rejects.toMatchObject({
        problem: { code: "INVITATION_EXPIRED", message: "It has expired.", nextStep: "Ask again.", retryable: false },
      });
    },
  );

  test("redeemed at something else than an interview server is an error by name", async () => {
    const { options } = serverThat(() => new Response("<html>"));
    await expect(redeemInvitation(options)).rejects.toMatchObject({ problem: { code: "BAD_SERVER_REPLY" } });
  });
});
