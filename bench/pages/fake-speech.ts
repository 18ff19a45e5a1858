const SAMPLE_RATE = 48_000;
const SECONDS = 4;
const HEADER_BYTES = 44;

/** Speech-like sound for a fake microphone: a voiced tone in syllables, four a second, as a 16-bit mono WAV file. */
export function fakeSpeechWav(): Buffer {
  const samples = SAMPLE_RATE * SECONDS;
  const wav = Buffer.alloc(HEADER_BYTES + 2 * samples);
  writeHeader(wav, 2 * samples);
  for (let index = 0; index < samples; index += 1) {
    wav.writeInt16LE(Math.round(0x3fff * voiceAt(index / SAMPLE_RATE)), HEADER_BYTES + 2 * index);
  }
  return wav;
}

/** Between -1 and 1: a voice of 140 Hz with three overtones, opened and closed once a syllable. */
function voiceAt(seconds: number): number {
  const syllable = Math.max(0, Math.sin(2 * Math.PI * 4 * seconds));
  const tone = [1, 2, 3, 5].reduce((sum, overtone) => sum + Math.sin(2 * Math.PI * 140 * overtone * seconds), 0);
  return (syllable * tone) / 4;
}

/** RIFF header of uncompressed audio. */
function writeHeader(wav: Buffer, dataBytes: number): void {
  wav.write("RIFF", 0, "latin1");
  wav.writeUInt32LE(HEADER_BYTES - 8 + dataBytes, 4);
  wav.write("WAVEfmt ", 8, "latin1");
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(SAMPLE_RATE, 24);
  wav.writeUInt32LE(2 * SAMPLE_RATE, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write("data", 36, "latin1");
  wav.writeUInt32LE(dataBytes, 40);
}
