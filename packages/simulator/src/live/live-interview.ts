import type { SpeechOutput } from "../audio/playout.ts";
import type { AudioLevel } from "../audio/rtp.ts";
import type { Clock, Timers } from "../clock.ts";
import type { Answer, SpokenInterview, SpokenTurn } from "../script/spoken-interview.ts";
import { questionAskedFor } from "../script/quoted-words.ts";
import { CandidateInput } from "../session/candidate-input.ts";
import type { SpeechDetection } from "../session/voice-activity.ts";
import type { SaidWords } from "../session/voice-session.ts";
import { CandidateTranscript } from "./candidate-transcript.ts";
import type { TimedText } from "./fragments.ts";
import { readInstruction } from "./instruction.ts";
import { InterviewProgress } from "./interview-progress.ts";
import { InterviewerVoice } from "./interviewer-voice.ts";
import type { InitialItem } from "./session-config-schema.ts";
import type { Timeline } from "./timeline.ts";

/** The model decides by itself what is speech, and when an answer is over. */
const DETECTION: SpeechDetection = { loudestSilence: 60, paddingMs: 60, silenceMs: 500 };

/** Told what is said. */
export interface LiveInterviewListener {
  /** A piece of a transcript. */
  spoke(role: SaidWords["role"], piece: TimedText): void;
  said(words: SaidWords): void;
  /** The interviewer has said a line to its end. */
  finished(turn: SpokenTurn): void;
  /** The candidate begins to speak, or has fallen silent. */
  candidate(state: "started" | "stopped"): void;
}

/** What an interview is made of. */
export interface LiveInterviewOptions {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly timeline: Timeline;
  readonly interview: SpokenInterview;
  /** What was said before. */
  readonly input: readonly InitialItem[];
  readonly output: SpeechOutput;
  readonly listener: LiveInterviewListener;
}

/** Who speaks when: the interviewer begins when told to, goes on when it was answered, and gives way to the candidate. */
export class LiveInterview {
  readonly #interview: SpokenInterview;
  readonly #listener: LiveInterviewListener;
  readonly #timeline: Timeline;
  readonly #progress: InterviewProgress;
  readonly #interviewer: InterviewerVoice;
  readonly #candidate: CandidateTranscript;
  readonly #input: CandidateInput;
  #hasSpoken = false;
  #isMuted = false;
  #isOver = false;
  /** It was told to say goodbye. */
  #isAtItsEnd = false;
  #failsNextTranscription = false;
  /** The last line that the candidate has spoken into without stopping it. */
  #overlapped: SpokenTurn | undefined;
  #isOverlapping = false;
  #expectedSpeechMs: number | undefined;

  constructor({ clock, timers, timeline, interview, input, output, listener }: LiveInterviewOptions) {
    this.#interview = interview;
    this.#listener = listener;
    this.#timeline = timeline;
    this.#progress = new InterviewProgress(interview, input);
    this.#interviewer = new InterviewerVoice({
      output,
      timers,
      timeline,
      listener: {
        spoke: (piece) => listener.spoke("interviewer", piece),
        said: (words) => listener.said(words),
        finished: (turn) => listener.finished(turn),
      },
    });
    this.#candidate = new CandidateTranscript(timers, {
      spoke: (piece) => listener.spoke("candidate", piece),
      said: (words) => listener.said(words),
    });
    this.#input = new CandidateInput(clock, DETECTION, {
      speechStarted: () => this.#speechStarted(),
      speechStopped: () => this.#speechStopped(),
    });
  }

  /** Utterances of the candidate so far. */
  get speechSegments(): number {
    return this.#input.segments;
  }

  /** True while a line is being heard. */
  get isInterviewerSpeaking(): boolean {
    return this.#interviewer.current !== undefined;
  }

  /** What the candidate says to the question that was left open in the session before, where one was. */
  get answerOwed(): Answer | undefined {
    return this.#progress.isLeftUnanswered ? this.#progress.turnInHand.answer : undefined;
  }

  /** Takes the level of one packet of the candidate's. */
  hear(level: AudioLevel): void {
    if (this.#hears) {
      this.#input.hear(level);
    }
  }

  /** The candidate begins to speak, and will for so long. */
  hearSpeech(durationMs: number): void {
    if (this.#hears) {
      this.#expectedSpeechMs = durationMs;
      this.#input.hearSpeech(durationMs);
    }
  }

  /** The output has begun to play an utterance. */
  playoutStarted(id: string): void {
    this.#interviewer.started(id);
  }

  /** The output has played an utterance to its end. */
  playoutFinished(): void {
    this.#interviewer.ended();
  }

  /** From now on the interviewer hears silence; what it says itself goes on. */
  mute(): void {
    this.#isMuted = true;
    this.#candidate.cutOff();
    this.#input.hush();
  }

  /** The candidate is heard again. */
  unmute(): void {
    this.#isMuted = false;
  }

  /** Does what an instruction says, as far as a script can. */
  follow(instruction: string): void {
    const { stops, says, ends, answers, begins } = readInstruction(instruction);
    this.#isAtItsEnd ||= ends;
    if (stops) {
      this.#interviewer.stop();
    }
    if (says !== undefined) {
      this.sayAside(says);
    } else if (answers) {
      this.#goOn();
    } else if (begins && !this.#hasSpoken && !this.#candidate.isSpeaking) {
      this.#say(this.#progress.next());
    }
  }

  /** Keeps a thought in mind: the question that it has the interviewer ask comes in place of the next line. */
  consider(thought: string): void {
    const question = questionAskedFor(thought);
    if (question !== undefined) {
      this.#progress.askNext(question);
    }
  }

  /** Says words that are not of the script, after what is being said. */
  sayAside(text: string): void {
    this.#say(this.#interview.aside(text));
  }

  /** Of what the candidate says next, nothing is transcribed. */
  failNextTranscription(): void {
    this.#failsNextTranscription = true;
  }

  /** Whatever is being said is over, on both sides, and nothing more will be said. */
  end(): void {
    this.#isOver = true;
    this.#input.close();
    this.#interviewer.stop();
    this.#candidate.cutOff();
    this.#candidate.end(this.#timeline.ms);
  }

  get #hears(): boolean {
    return !this.#isMuted && !this.#isOver;
  }

  #say(turn: SpokenTurn): void {
    if (!this.#isOver) {
      this.#hasSpoken = true;
      this.#interviewer.say(turn);
    }
  }

  /** Barge-in, unless the script says that the candidate only agrees. */
  #speechStarted(): void {
    this.#listener.candidate("started");
    this.#candidate.end(this.#timeline.ms);
    const line = this.#interviewer.current;
    const overlap = line === this.#overlapped ? undefined : line?.answer.overlap;
    this.#isOverlapping = overlap !== undefined;
    if (this.#isOverlapping) {
      this.#overlapped = line;
    } else {
      this.#interviewer.stop();
    }
    this.#candidate.begin({
      text: overlap?.text ?? this.#takeAnswer(),
      startMs: Math.max(0, this.#timeline.ms - DETECTION.paddingMs),
      durationMs: this.#expectedSpeechMs,
    });
    this.#expectedSpeechMs = undefined;
  }

  #speechStopped(): void {
    this.#candidate.end(Math.max(0, this.#timeline.ms - DETECTION.silenceMs));
    this.#listener.candidate("stopped");
    if (!this.#isOverlapping) {
      this.#goOn();
    }
  }

  /** The question was answered. */
  #goOn(): void {
    if (!this.#isAtItsEnd) {
      this.#progress.answered();
      this.#say(this.#progress.next());
    }
  }

  /** What can be made out of the answer. */
  #takeAnswer(): string {
    const { text, transcriptionFails } = this.#progress.turnInHand.answer;
    const isUnintelligible = transcriptionFails || this.#failsNextTranscription;
    this.#failsNextTranscription = false;
    return isUnintelligible ? "" : text;
  }
}
