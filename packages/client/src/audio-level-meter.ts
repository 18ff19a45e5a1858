import { type SharedAudioContext, shareAudioContext } from "./shared-audio-context.ts";

/** Reads how loud a stream is at the moment, and what it looks like. Each reading is of now; nothing runs in between. */
export interface AudioLevelMeter {
  /** 0 (silence, -60 dBFS and below) to 1 (full scale), on a scale linear in decibels, as ears hear. */
  level(): number;
  /**
   * Fills the target with the loudness of its many bands of frequency, from low to high, each 0 to 1 like the level. The bands lie
   * between 80 and 8000 Hz, where voices are, and each is as much wider as it is higher.
   */
  bands(target: Float32Array<ArrayBuffer>): void;
  /** Fills the target with the latest 21 ms of sound, at 48 kHz: from -1 to 1, oldest first. */
  waveform(target: Float32Array<ArrayBuffer>): void;
  /** Lets go of the stream and of the browser's audio resources. May be called again. */
  close(): void;
}

/** Quieter than this reads as silence, in decibels relative to full scale. */
const FLOOR_DB = -60;

/** Samples per reading: 21 ms at 48 kHz, about one packet of speech. */
const WINDOW_SAMPLES = 1024;

const LOWEST_HZ = 80;
const HIGHEST_HZ = 8_000;

/** A spectrum spreads a voice over many bins: what is at -60 dBFS as a whole is some 30 dB lower in each. */
const BIN_FLOOR_DB = -90;
const BIN_CEILING_DB = -20;

/**
 * Meters a local or remote stream without playing it. In Chromium a remote stream has to be played by an audio element
 * at the same time, else it reads as silence. All meters share one audio context, which closes with the last of them.
 */
export function createAudioLevelMeter(
  stream: MediaStream,
  createAudioContext: () => AudioContext = () => new AudioContext(),
): AudioLevelMeter {
  const shared: SharedAudioContext = shareAudioContext(createAudioContext);
  const { context } = shared;
  const analyser = context.createAnalyser();
  analyser.fftSize = WINDOW_SAMPLES;
  const source = context.createMediaStreamSource(stream);
  source.connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const bins = new Float32Array(analyser.frequencyBinCount);
  const hzPerBin = context.sampleRate / analyser.fftSize;
  return {
    level() {
      analyser.getFloatTimeDomainData(samples);
      return position(samples);
    },
    bands(target) {
      analyser.getFloatFrequencyData(bins);
      const ratio = (HIGHEST_HZ / LOWEST_HZ) ** (1 / target.length);
      for (let band = 0; band < target.length; band += 1) {
        const from = Math.floor((LOWEST_HZ * ratio ** band) / hzPerBin);
        const to = Math.max(from + 1, Math.floor((LOWEST_HZ * ratio ** (band + 1)) / hzPerBin));
        target[band] = loudest(bins.subarray(from, to));
      }
    },
    waveform(target) {
      analyser.getFloatTimeDomainData(samples);
      for (let at = 0; at < target.length; at += 1)
        target[at] = samples[Math.floor((at * samples.length) / target.length)] ?? 0;
    },
    close() {
      source.disconnect();
      shared.release();
    },
  };
}

function position(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const decibels = 10 * Math.log10(sum / samples.length);
  return clamped(1 - decibels / FLOOR_DB);
}

function loudest(bins: Float32Array): number {
  return clamped((Math.max(...bins) - BIN_FLOOR_DB) / (BIN_CEILING_DB - BIN_FLOOR_DB));
}

function clamped(value: number): number {
  return Math.min(1, Math.max(0, value));
}
