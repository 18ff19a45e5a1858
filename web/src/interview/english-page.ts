import type { PageMessages } from "./page-messages.ts";

const ASK_FOR_NEW = "You did nothing wrong. Ask whoever invited you for a new invitation.";

export const ENGLISH_PAGE: PageMessages = {
  otherLanguage: { name: "Deutsch", language: "de" },
  steps: {
    looking: "Opening your invitation…",
    welcome: "Welcome to your interview",
    check: "Check your device",
    interview: "Your interview",
    returning: "Welcome back",
    done: "The interview is over",
  },
  stepOf: (step, of) => `Step ${step} of ${of}`,
  welcome: {
    lead: "You will talk with an interviewer that is a computer program. All you need is a microphone, a quiet place and, best of all, headphones.",
    facts: [
      "Your voice goes live to an AI voice service, which listens and answers.",
      "What is said is written down, and read by the organisation that invited you. It may show you the text, or erase it, if you ask.",
      "This page keeps no recording of your voice.",
      "You can mute yourself, type an answer, or end the interview at any time.",
    ],
    consent: "I have read this, and I agree to the interview.",
    goOn: "Continue",
  },
  check: {
    lead: "This takes about ten seconds. Your browser will ask for your microphone: allow it, then say a few words. You will hear a short tone.",
    goOn: "Go to the interview",
    goOnAnyway: "Go to the interview without it",
  },
  interview: {
    lead: "Press the button when you are ready. The interviewer speaks first.",
    returning: "Nothing is lost. The interviewer goes on where you stopped.",
  },
  ending: {
    title: "End the interview?",
    text: "It is over then, and this invitation cannot open it again.",
    end: "Yes, end it",
    goOn: "No, go on",
  },
  noInvitation: {
    reason: "This page needs an invitation.",
    nextStep: "Open the link in your invitation. If there is none, ask whoever invited you.",
  },
  tryAgain: "Try again",
  quote: "If you ask for help, quote this:",
  problem: {
    open: "Technical problem?",
    title: "Technical problem",
    reconnect: {
      reason: "You cannot hear the interviewer, or are not heard.",
      nextStep: "Set up the audio line again. The interview goes on meanwhile.",
    },
    reconnectButton: "Reconnect the audio",
    reconnected: "The audio line is being set up again.",
    devices: { reason: "The wrong microphone or speaker is used.", nextStep: "Choose another one." },
    typing: { reason: "Speaking does not work.", nextStep: "Type your answer; the interviewer reads it." },
    reload: {
      reason: "Nothing helps.",
      nextStep: "Reload the page, then press “Continue your interview”. Nothing is lost.",
    },
    reloadButton: "Reload the page",
    report: {
      reason: "Ask for help.",
      nextStep: "Send this report to whoever invited you. It has no words of the interview and no password in it.",
    },
    close: "Close",
  },
  report: {
    label: "Report",
    copy: "Copy the report",
    copied: "Copied.",
    notCopied: "The browser does not let this page copy. The text is selected: copy it with your keyboard.",
  },
  ends: {
    client_disconnected: {
      reason: "You have ended the interview.",
      nextStep: "Thank you. If you did not mean to, ask whoever invited you for a new invitation.",
    },
    client_gone: {
      reason: "Your connection was lost for too long.",
      nextStep: "Ask whoever invited you for a new invitation.",
    },
    upstream_ended: { reason: "The interviewer has hung up.", nextStep: `If that was too early: ${ASK_FOR_NEW}` },
    sideband_lost: { reason: "The server lost touch with the interviewer.", nextStep: ASK_FOR_NEW },
    shutdown: { reason: "The interview server was shut down.", nextStep: ASK_FOR_NEW },
  },
};
