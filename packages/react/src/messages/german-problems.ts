import type { ClientErrorCode } from "@interview-proxy/client";
import type { ErrorCode } from "@interview-proxy/protocol";
import type { Notice } from "./messages.ts";

/** Total over the tables of protocol and client: a new code without German words does not compile. */
export const GERMAN_PROBLEMS: Readonly<Record<ErrorCode | ClientErrorCode, Notice>> = {
  BAD_SERVER_URL: {
    reason: "Das ist keine Serveradresse.",
    nextStep: "Geben Sie eine wie wss://interview.example.com ein.",
  },
  MICROPHONE_DENIED: {
    reason: "Der Browser lässt diese Seite das Mikrofon nicht verwenden.",
    nextStep:
      "Erlauben Sie das Mikrofon in der Adressleiste oder in den Einstellungen des Browsers und verbinden Sie sich erneut.",
  },
  MICROPHONE_NOT_FOUND: {
    reason: "Es wurde kein Mikrofon gefunden.",
    nextStep: "Schließen Sie eines an oder schalten Sie es ein und verbinden Sie sich erneut.",
  },
  MICROPHONE_IN_USE: {
    reason: "Das Mikrofon lässt sich nicht öffnen; vielleicht verwendet es ein anderes Programm.",
    nextStep: "Beenden Sie andere Anrufe und Aufnahmen und verbinden Sie sich erneut.",
  },
  MICROPHONE_UNAVAILABLE: {
    reason: "Diese Seite kann hier kein Mikrofon verwenden.",
    nextStep: "Öffnen Sie sie mit https oder in einem aktuellen Chrome, Edge, Firefox oder Safari.",
  },
  MICROPHONE_LOST: {
    reason: "Das Mikrofon ist ausgefallen, und es gibt kein anderes.",
    nextStep: "Schließen Sie eines an oder schalten Sie es ein; das Interview geht damit weiter.",
  },
  MICROPHONE_SILENCED: {
    reason: "Das System oder ein anderes Programm hat das Mikrofon stummgeschaltet.",
    nextStep: "Suchen Sie eine Stummtaste an Tastatur oder Headset oder beenden Sie den anderen Anruf.",
  },
  MICROPHONE_CHANGED: {
    reason: "Das Mikrofon ist ausgefallen, jetzt wird ein anderes verwendet.",
    nextStep: "Wählen Sie das richtige, falls es das nicht ist.",
  },
  SPEAKER_UNAVAILABLE: {
    reason: "Über diesen Lautsprecher kann der Interviewer nicht wiedergegeben werden.",
    nextStep: "Wählen Sie einen anderen, oder wählen Sie ihn in den Einstellungen Ihres Systems.",
  },
  WEBRTC_UNAVAILABLE: {
    reason: "Dieser Browser kann keine Sprachanrufe führen.",
    nextStep: "Öffnen Sie die Seite in einem aktuellen Chrome, Edge, Firefox oder Safari.",
  },
  TOKEN_UNAVAILABLE: {
    reason: "Die Anmeldung konnte nicht vorbereitet werden.",
    nextStep: "Öffnen Sie Ihre Einladung noch einmal und beginnen Sie dort.",
  },
  SERVER_UNREACHABLE: {
    reason: "Der Interviewserver ist nicht erreichbar.",
    nextStep: "Prüfen Sie die Adresse und Ihre Internetverbindung und verbinden Sie sich erneut.",
  },
  SERVER_TIMEOUT: {
    reason: "Der Interviewserver hat nicht rechtzeitig geantwortet.",
    nextStep: "Verbinden Sie sich gleich noch einmal.",
  },
  SERVER_LOST: {
    reason: "Die Verbindung zum Interviewserver ist abgebrochen.",
    nextStep: "Prüfen Sie Ihre Internetverbindung und verbinden Sie sich erneut.",
  },
  SESSION_LOST: {
    reason: "Der Interviewserver kennt dieses Interview nicht mehr.",
    nextStep: "Verbinden Sie sich erneut oder beginnen Sie noch einmal mit Ihrer Einladung.",
  },
  BAD_SERVER_REPLY: {
    reason: "Die Antwort des Servers ist nicht verständlich.",
    nextStep: "Prüfen Sie, ob die Adresse die eines Interviewservers ist.",
  },
  ANSWER_UNUSABLE: {
    reason: "Dieser Browser kann mit der Antwort des Sprachdienstes nichts anfangen.",
    nextStep: "Laden Sie die Seite neu oder versuchen Sie es mit einem anderen Browser.",
  },
  AUDIO_LINE_FAILED: {
    reason: "Es konnte keine Sprachverbindung zum Interviewer gehalten werden.",
    nextStep: "Schalten Sie ein VPN ab oder verwenden Sie ein anderes Netz und verbinden Sie sich erneut.",
  },
  BAD_JSON: {
    reason: "Die Nachricht ist kein gültiger JSON-Text.",
    nextStep: "Senden Sie ein JSON-Objekt in UTF-8.",
  },
  UNKNOWN_MESSAGE: {
    reason: "Diese Art von Nachricht ist unbekannt.",
    nextStep: "Die Protokollreferenz nennt, welche es gibt.",
  },
  INVALID_MESSAGE: {
    reason: "Ein Feld der Nachricht fehlt, ist unbekannt oder von falscher Art.",
    nextStep: "Berichtigen Sie es und senden Sie die Nachricht noch einmal.",
  },
  MESSAGE_TOO_LARGE: {
    reason: "Die Nachricht ist zu groß.",
    nextStep: "Senden Sie höchstens 128 KiB, mit einem SDP von höchstens 64 KiB.",
  },
  SDP_INVALID: {
    reason: "Die Sitzungsbeschreibung verletzt eine Regel.",
    nextStep: "Senden Sie das Angebot des Browsers unverändert, mit dem letzten Zeilenende.",
  },
  SDP_NOT_ALLOWED: {
    reason: "Die Sitzungsbeschreibung verlangt etwas, das Interviews nicht verwenden.",
    nextStep: "Bieten Sie nur einen Tonabschnitt an.",
  },
  UNAUTHENTICATED: {
    reason: "Die Anfrage kam ohne gültige Anmeldung.",
    nextStep: "Beginnen Sie das Interview noch einmal mit Ihrer Einladung.",
  },
  TOKEN_EXPIRED: {
    reason: "Die Anmeldung ist abgelaufen.",
    nextStep: "Beginnen Sie das Interview noch einmal mit Ihrer Einladung.",
  },
  TOKEN_REPLAYED: {
    reason: "Diese einmalige Anmeldung wurde schon verwendet.",
    nextStep: "Bitten Sie um eine neue und beginnen Sie noch einmal.",
  },
  FORBIDDEN: {
    reason: "Diese Anmeldung erlaubt das nicht.",
    nextStep: "Verwenden Sie eine mit der passenden Berechtigung.",
  },
  ORIGIN_NOT_ALLOWED: {
    reason: "Die Adresse dieser Seite darf sich nicht verbinden.",
    nextStep: "Nehmen Sie sie in ALLOWED_ORIGINS des Servers auf.",
  },
  CSRF_TOKEN_INVALID: {
    reason: "Die Anfrage zeigt nicht, dass sie von der eigenen Seite für Betreuende kommt.",
    nextStep: "Laden Sie diese Seite neu und versuchen Sie es noch einmal.",
  },
  NOT_FOUND: {
    reason: "Unter dieser Adresse gibt es nichts.",
    nextStep: "Prüfen Sie Pfad und Methode.",
  },
  SESSION_FORBIDDEN: {
    reason: "Eine solche Sitzung gibt es für Sie nicht.",
    nextStep: "Beginnen Sie ein neues Interview.",
  },
  SESSION_ENDED: {
    reason: "Dieses Interview ist beendet.",
    nextStep: "Beginnen Sie ein neues, wenn Sie dazu eingeladen sind.",
  },
  SESSION_TAKEN_OVER: {
    reason: "Dieses Interview läuft in einem anderen Fenster weiter.",
    nextStep: "Schließen Sie dieses hier oder kehren Sie zu jenem zurück.",
  },
  SESSION_BUSY: {
    reason: "Diese Sitzung ist noch mit einer früheren Anfrage beschäftigt.",
    nextStep: "Warten Sie auf deren Antwort und versuchen Sie es dann noch einmal.",
  },
  SESSION_NOT_ENDED: {
    reason: "Dieses Interview ist noch nicht beendet.",
    nextStep: "Beenden Sie es zuerst und versuchen Sie es dann noch einmal.",
  },
  NOT_DUE: {
    reason: "Dieses Interview hat noch nicht begonnen.",
    nextStep: "Kommen Sie zur vereinbarten Zeit wieder.",
  },
  NO_CALL: {
    reason: "In diesem Interview gibt es gerade keinen Anruf.",
    nextStep: "Warten Sie auf die befragte Person und versuchen Sie es dann noch einmal.",
  },
  NO_TEST_CALL: {
    reason: "Dieser Server macht keine Testanrufe.",
    nextStep: "Lassen Sie diese Prüfung aus; das Interview selbst ist trotzdem möglich.",
  },
  INVITATION_INVALID: {
    reason: "Diese Einladung ist nicht gültig.",
    nextStep: "Öffnen Sie noch einmal den vollständigen Link oder bitten Sie die einladende Stelle um eine neue.",
  },
  INVITATION_EXPIRED: {
    reason: "Diese Einladung ist abgelaufen, bevor das Interview begonnen wurde.",
    nextStep: "Bitten Sie die einladende Stelle um eine neue.",
  },
  INVITATION_REVOKED: {
    reason: "Diese Einladung wurde zurückgezogen.",
    nextStep: "Fragen Sie die einladende Stelle, falls Sie das überrascht.",
  },
  INVITATION_USED: {
    reason: "Das Interview zu dieser Einladung ist vorbei, sie führt nirgends mehr hin.",
    nextStep: "Sie müssen nichts mehr tun.",
  },
  INVITATION_EXHAUSTED: {
    reason: "Diese Einladung wurde zu oft geöffnet und ist deshalb geschlossen.",
    nextStep: "Bitten Sie die einladende Stelle um eine neue.",
  },
  CALL_NOT_FOUND: {
    reason: "Einen solchen Anruf gibt es für Sie nicht, oder er ist vorbei.",
    nextStep: "Beginnen Sie einen neuen.",
  },
  DATA_CHANNEL_REQUIRED: {
    reason: "Die Wege unter /v1 brauchen einen Datenkanal, und dieser Server versiegelt seine Anrufe.",
    nextStep: "Sein Betreiber muss DATA_CHANNEL=open setzen.",
  },
  OTHER_VOICE_API: {
    reason: "Dieser Server spricht die andere Sprachschnittstelle.",
    nextStep: "Verwenden Sie die Wege unter /v1, die seine VOICE_API nennt, realtime oder live.",
  },
  RATE_LIMITED: {
    reason: "Es kamen zu viele Anfragen in kurzer Zeit.",
    nextStep: "Warten Sie einen Moment und versuchen Sie es dann noch einmal.",
  },
  CONNECTION_LIMIT: {
    reason: "Der Server hält schon so viele Verbindungen, wie er kann.",
    nextStep: "Versuchen Sie es in einer Minute noch einmal.",
  },
  QUOTA_EXCEEDED: {
    reason: "Die derzeit verfügbaren Interviews sind aufgebraucht.",
    nextStep: "Fragen Sie die einladende Organisation.",
  },
  BUDGET_EXCEEDED: {
    reason: "Das Kontingent des Interviews ist aufgebraucht, deshalb ist es beendet.",
  },
  TIME_LIMIT: {
    reason: "Die Zeit des Interviews ist abgelaufen, deshalb ist es beendet.",
  },
  DRAINING: {
    reason: "Der Server wird neu gestartet.",
    nextStep: "Verbinden Sie sich in einigen Sekunden erneut.",
  },
  RECORDS_UNAVAILABLE: {
    reason: "Der Server erreicht seine Aufzeichnungen gerade nicht.",
    nextStep: "Laufende Interviews gehen weiter; versuchen Sie es gleich noch einmal.",
  },
  TENANT_NOT_FOUND: {
    reason: "Einen solchen Mandanten gibt es nicht.",
    nextStep: "Prüfen Sie seine Kennung oder legen Sie ihn zuerst an.",
  },
  TENANT_CONFLICT: {
    reason: "Kennung oder Aussteller des Mandanten sind vergeben, oder jemand hat ihn inzwischen geändert.",
    nextStep: "Sehen Sie ihn noch einmal an und versuchen Sie es dann erneut.",
  },
  TENANT_ACTIVE: {
    reason: "Der Mandant ist nicht abgeschaltet oder hat noch Sitzungen.",
    nextStep: "Schalten Sie ihn ab und versuchen Sie es dann noch einmal.",
  },
  MASTER_KEY_MISSING: {
    reason: "Dem Server fehlt der Schlüssel, mit dem er Geheimnisse eines Mandanten versiegelt.",
    nextStep: "Sein Betreiber muss TENANTS_MASTER_KEY setzen.",
  },
  UPSTREAM_UNAUTHORIZED: {
    reason: "Der Sprachdienst hat den Schlüssel des Servers abgelehnt.",
    nextStep: "Der Betreiber muss OPENAI_API_KEY prüfen.",
  },
  UPSTREAM_REJECTED_SDP: {
    reason: "Der Sprachdienst hat die Sitzungsbeschreibung dieses Browsers abgelehnt.",
    nextStep: "Laden Sie die Seite neu oder versuchen Sie es mit einem anderen Browser.",
  },
  UPSTREAM_RATE_LIMITED: {
    reason: "Der Sprachdienst ist ausgelastet.",
    nextStep: "Versuchen Sie es in einer Minute noch einmal.",
  },
  UPSTREAM_UNAVAILABLE: {
    reason: "Der Sprachdienst ist gerade nicht erreichbar.",
    nextStep: "Versuchen Sie es in einer Minute noch einmal.",
  },
  UPSTREAM_TIMEOUT: {
    reason: "Der Sprachdienst hat nicht rechtzeitig geantwortet.",
    nextStep: "Versuchen Sie es noch einmal.",
  },
  UPSTREAM_BAD_ANSWER: {
    reason: "Der Sprachdienst hat eine Antwort gesendet, die nicht verwendet werden kann.",
    nextStep: "Versuchen Sie es noch einmal.",
  },
  INTERNAL: {
    reason: "Es ist etwas schiefgegangen.",
    nextStep:
      "Laden Sie die Seite neu und verbinden Sie sich erneut. Bleibt es dabei, nennen Sie dem Betreiber die Nummer der Anfrage.",
  },
};
