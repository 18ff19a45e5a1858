/** Reads how loud a stream is at the moment. */
export interface AudioLevelMeter {
  /** 0 (silence, -60 dBFS and below) to 1 (full scale), on a scale linear in decibels, as ears hear. */
  level(): number;
  /** Lets go of the stream and of the browser's audio resources. May be called again. */
  close(): void;
}

/** Quieter than this reads as silence, in decibels relative to full scale. */
const FLOOR_DB = -60;

/** Samples per reading: 21 ms at 48 kHz, about one packet of speech. */
const WINDOW_SAMPLES = 1024;

/**
 * Meters a local or remote stream without playing it. In Chromium a remote stream has to be played by an audio element
 * at the same time, else it reads as silence.
 */
export function createAudioLevelMeter(stream: MediaStream): AudioLevelMeter {
  const context = new AudioContext();
  const analyser = new AnalyserNode(context, { fftSize: WINDOW_SAMPLES });
  const source = context.createMediaStreamSource(stream);
  source.connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  return {
    level() {
      analyser.getFloatTimeDomainData(samples);
      return position(samples);
    },
    close() {
      source.disconnect();
      if (context.state !== "closed") void context.close();
    },
  };
}

function position(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const decibels = 10 * Math.log10(sum / samples.length);
  return Math.min(1, Math.max(0, 1 - decibels / FLOOR_DB));
}
