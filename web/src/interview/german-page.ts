import type { PageMessages } from "./page-messages.ts";

const ASK_FOR_NEW = "Sie haben nichts falsch gemacht. Bitten Sie die einladende Stelle um eine neue Einladung.";

/** In the formal address. */
export const GERMAN_PAGE: PageMessages = {
  otherLanguage: { name: "English", language: "en" },
  steps: {
    looking: "Ihre Einladung wird geöffnet …",
    welcome: "Willkommen zu Ihrem Interview",
    check: "Prüfen Sie Ihr Gerät",
    interview: "Ihr Interview",
    returning: "Willkommen zurück",
    done: "Das Interview ist beendet",
  },
  stepOf: (step, of) => `Schritt ${step} von ${of}`,
  welcome: {
    lead: "Sie sprechen mit einem Interviewer, der ein Computerprogramm ist. Sie brauchen nur ein Mikrofon, einen ruhigen Ort und am besten Kopfhörer.",
    facts: [
      "Ihre Stimme geht live an einen KI-Sprachdienst, der zuhört und antwortet.",
      "Was gesagt wird, wird mitgeschrieben und von der Organisation gelesen, die Sie eingeladen hat. Auf Ihre Bitte kann sie Ihnen den Text zeigen oder ihn löschen.",
      "Diese Seite bewahrt keine Aufnahme Ihrer Stimme auf.",
      "Sie können sich jederzeit stumm schalten, eine Antwort schreiben oder das Interview beenden.",
    ],
    consent: "Ich habe das gelesen und stimme dem Interview zu.",
    goOn: "Weiter",
  },
  check: {
    lead: "Das dauert etwa zehn Sekunden. Ihr Browser fragt nach dem Mikrofon: Erlauben Sie es und sagen Sie ein paar Worte. Sie hören einen kurzen Ton.",
    goOn: "Zum Interview",
    goOnAnyway: "Ohne Prüfung zum Interview",
  },
  interview: {
    lead: "Drücken Sie auf die Schaltfläche, wenn Sie bereit sind. Der Interviewer spricht zuerst.",
    returning: "Es ist nichts verloren. Der Interviewer macht dort weiter, wo Sie aufgehört haben.",
  },
  ending: {
    title: "Das Interview beenden?",
    text: "Dann ist es vorbei, und diese Einladung kann es nicht noch einmal öffnen.",
    end: "Ja, beenden",
    goOn: "Nein, weitermachen",
  },
  noInvitation: {
    reason: "Diese Seite braucht eine Einladung.",
    nextStep: "Öffnen Sie den Link in Ihrer Einladung. Wenn Sie keine haben, fragen Sie die einladende Stelle.",
  },
  tryAgain: "Erneut versuchen",
  quote: "Wenn Sie um Hilfe bitten, nennen Sie dies:",
  problem: {
    open: "Technisches Problem?",
    title: "Technisches Problem",
    reconnect: {
      reason: "Sie hören den Interviewer nicht oder werden nicht gehört.",
      nextStep: "Bauen Sie die Sprachverbindung neu auf. Das Interview geht dabei weiter.",
    },
    reconnectButton: "Sprachverbindung neu aufbauen",
    reconnected: "Die Sprachverbindung wird neu aufgebaut.",
    devices: {
      reason: "Das falsche Mikrofon oder der falsche Lautsprecher wird verwendet.",
      nextStep: "Wählen Sie ein anderes Gerät.",
    },
    typing: {
      reason: "Sprechen geht nicht.",
      nextStep: "Schreiben Sie Ihre Antwort; der Interviewer liest sie.",
    },
    reload: {
      reason: "Nichts hilft.",
      nextStep: "Laden Sie die Seite neu und drücken Sie „Interview fortsetzen“. Es geht nichts verloren.",
    },
    reloadButton: "Seite neu laden",
    report: {
      reason: "Bitten Sie um Hilfe.",
      nextStep:
        "Senden Sie diesen Bericht an die einladende Stelle. Er enthält keine Worte aus dem Interview und kein Passwort.",
    },
    close: "Schließen",
  },
  report: {
    label: "Bericht",
    copy: "Bericht kopieren",
    copied: "Kopiert.",
    notCopied:
      "Der Browser lässt diese Seite nicht kopieren. Der Text ist markiert: Kopieren Sie ihn mit der Tastatur.",
  },
  ends: {
    client_disconnected: {
      reason: "Sie haben das Interview beendet.",
      nextStep: "Vielen Dank. Falls das ein Versehen war, bitten Sie die einladende Stelle um eine neue Einladung.",
    },
    client_gone: {
      reason: "Ihre Verbindung war zu lange unterbrochen.",
      nextStep: "Bitten Sie die einladende Stelle um eine neue Einladung.",
    },
    upstream_ended: { reason: "Der Interviewer hat aufgelegt.", nextStep: `Falls das zu früh war: ${ASK_FOR_NEW}` },
    sideband_lost: { reason: "Der Server hat die Verbindung zum Interviewer verloren.", nextStep: ASK_FOR_NEW },
    shutdown: { reason: "Der Interviewserver wurde abgeschaltet.", nextStep: ASK_FOR_NEW },
  },
};
