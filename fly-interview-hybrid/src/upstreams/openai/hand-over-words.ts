/** What an interviewer is told who goes on in another call, in whichever API. */

/** Stands before what was asked long ago, where that is too long to be handed on word by word. */
export const EARLIER_QUESTIONS = "This interview was interrupted. Long before what follows you asked:";

/** The interviewer speaks next. */
export const GO_ON =
  "The connection was interrupted here and is back. Go on from exactly this point: do not greet again, do not introduce yourself, and do not ask again what was answered. If your last question was not answered, ask it once more in few words.";

/** The candidate speaks next. */
export const LISTEN =
  "The candidate has heard your last question and is about to answer it. Go on from there: do not greet again, do not introduce yourself, and do not ask again what was answered.";
