import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { Records } from "../records/records.ts";

const SECRET_NAME = "invitation-key";

/** Id, tenant, and what our key makes of both. */
const FORM = /^(inv_[A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]{43})$/;

/** The invitation for which a text is. */
export interface NamedInvitation {
  readonly id: string;
  readonly tenant: string;
}

/**
 * The texts of invitations, which are not kept: only our key makes them. All else that an invitation says, and whether it
 * still counts, is in its record.
 */
export interface InvitationTexts {
  write(invitation: NamedInvitation): string;
  /** `undefined` for a text that is not ours, whatever is wrong with it. */
  read(text: string): NamedInvitation | undefined;
}

/** Texts under the key that the records keep, which is made at the first start. */
export async function openInvitationTexts(records: Pick<Records, "keepSecret">): Promise<InvitationTexts> {
  const encoded = await records.keepSecret(SECRET_NAME, randomBytes(32).toString("base64url"));
  const key = Buffer.from(encoded, "base64url");
  const sign = (head: string): string => createHmac("sha256", key).update(head).digest("base64url");

  return {
    write({ id, tenant }) {
      const head = `${id}.${Buffer.from(tenant, "utf8").toString("base64url")}`;
      return `${head}.${sign(head)}`;
    },
    read(text) {
      const [, id, tenant, signature] = FORM.exec(text) ?? [];
      if (id === undefined || tenant === undefined || signature === undefined) return undefined;
      // The texts, not the bytes they stand for, of which a second text would stand for the same ones.
      const isOurs = timingSafeEqual(Buffer.from(signature), Buffer.from(sign(`${id}.${tenant}`)));
      return isOurs ? { id, tenant: Buffer.from(tenant, "base64url").toString("utf8") } : undefined;
    },
  };
}
