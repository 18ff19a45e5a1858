import type { CheckCode } from "@interview-proxy/client";
import type { Notice } from "./messages.ts";

/** Total over what a check can find: a new code without German words does not compile. */
export const GERMAN_FINDINGS: Readonly<Record<CheckCode, Notice>> = {
  BROWSER_UNSUPPORTED: {
    reason: "Dieser Browser kann keine Sprachanrufe führen.",
    nextStep: "Öffnen Sie die Seite in einem aktuellen Chrome, Edge, Firefox oder Safari.",
  },
  PAGE_INSECURE: {
    reason: "Eine Seite ohne https darf kein Mikrofon verwenden.",
    nextStep: "Öffnen Sie sie unter ihrer https-Adresse.",
  },
  MICROPHONE_DENIED: {
    reason: "Der Browser lässt diese Seite das Mikrofon nicht verwenden.",
    nextStep:
      "Erlauben Sie das Mikrofon in der Adressleiste oder in den Einstellungen des Browsers und prüfen Sie erneut.",
  },
  MICROPHONE_NOT_FOUND: {
    reason: "Es wurde kein Mikrofon gefunden.",
    nextStep: "Schließen Sie eines an oder schalten Sie es ein und prüfen Sie erneut.",
  },
  MICROPHONE_IN_USE: {
    reason: "Das Mikrofon lässt sich nicht öffnen; vielleicht verwendet es ein anderes Programm.",
    nextStep: "Beenden Sie andere Anrufe und Aufnahmen und prüfen Sie erneut.",
  },
  MICROPHONE_UNAVAILABLE: {
    reason: "Diese Seite kann hier kein Mikrofon verwenden.",
    nextStep: "Öffnen Sie sie mit https oder in einem aktuellen Chrome, Edge, Firefox oder Safari.",
  },
  MICROPHONE_SILENT: {
    reason: "Über das Mikrofon ist nichts zu hören.",
    nextStep:
      "Sagen Sie ein paar Worte. Ändert sich nichts, wählen Sie ein anderes Mikrofon oder sehen Sie nach, ob es einen Stummschalter hat.",
  },
  PLAYBACK_BLOCKED: {
    reason: "Der Browser hält den Ton zurück.",
    nextStep: "Starten Sie die Prüfung mit einem Klick, oder erlauben Sie dieser Seite den Ton.",
  },
  PLAYBACK_NOT_HEARD: {
    reason: "Der Testton war nicht zu hören.",
    nextStep: "Stellen Sie lauter oder wählen Sie einen anderen Lautsprecher.",
  },
  SERVER_UNREACHABLE: {
    reason: "Der Interviewserver ist nicht erreichbar.",
    nextStep: "Prüfen Sie Ihre Internetverbindung oder schalten Sie ein VPN ab und prüfen Sie erneut.",
  },
  SERVER_DRAINING: {
    reason: "Der Interviewserver wird neu gestartet.",
    nextStep: "Warten Sie eine Minute und prüfen Sie dann erneut.",
  },
  WEBSOCKET_BLOCKED: {
    reason: "Das Netz lässt keine WebSockets durch; Untertitel und Nachrichten würden fehlen.",
    nextStep: "Schalten Sie ein VPN ab oder verwenden Sie ein anderes Netz.",
  },
  CLOCK_WRONG: {
    reason: "Die Uhr dieses Geräts geht falsch.",
    nextStep:
      "Das Interview ist davon nicht betroffen. Stellen Sie die Uhr auf automatische Zeit, falls seine Zeitangaben Sie verwirren.",
  },
  UDP_BLOCKED: {
    reason: "Das Netz lässt Anrufe nicht auf ihrem besten Weg durch.",
    nextStep: "Der Ton kann stocken. Schalten Sie ein VPN ab oder verwenden Sie ein anderes Netz.",
  },
  TCP_BLOCKED: {
    reason: "Das Netz bietet Anrufen keinen zweiten Weg.",
    nextStep: "Sie können fortfahren. Sollte der Ton abreißen, verwenden Sie ein anderes Netz.",
  },
  CALLS_BLOCKED: {
    reason: "Das Netz lässt keinen Sprachanruf durch.",
    nextStep: "Schalten Sie ein VPN ab oder verwenden Sie ein anderes Netz, etwa das Ihres Telefons.",
  },
};
