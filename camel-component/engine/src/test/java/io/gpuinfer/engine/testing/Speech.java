package io.gpuinfer.engine.testing;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import java.util.Arrays;
import java.util.Optional;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import javax.sound.sampled.UnsupportedAudioFileException;

/**
 * A voice that says "front, center" ({@code Front_Center.wav} of Debian's {@code alsa-utils}), 1.4
 * seconds long.
 *
 * @param samples from −1 to 1, {@link #RATE} of them for a second
 */
public record Speech(float[] samples) {

  /** Samples in a second. */
  public static final int RATE = 16_000;

  private static final String FILE = "alsa-utils/usr/share/sounds/alsa/Front_Center.wav";

  /** The recording has 48,000 samples in a second. */
  private static final int TAKEN_TOGETHER = 3;

  /** The recording; empty when it was not fetched. */
  public static Optional<Speech> fetched() {
    return TestData.bytes(FILE).map(Speech::of);
  }

  private static Speech of(byte[] file) {
    try (AudioInputStream sound = AudioSystem.getAudioInputStream(new ByteArrayInputStream(file))) {
      ShortBuffer recorded =
          ByteBuffer.wrap(sound.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer();
      float[] samples = new float[recorded.remaining() / TAKEN_TOGETHER];
      for (int i = 0; i < samples.length * TAKEN_TOGETHER; i++) {
        samples[i / TAKEN_TOGETHER] += recorded.get(i) / (32_768f * TAKEN_TOGETHER);
      }
      return new Speech(samples);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (UnsupportedAudioFileException e) {
      throw new IllegalStateException("The recording cannot be read", e);
    }
  }

  /** So many samples from one on. */
  public float[] part(int from, int count) {
    return Arrays.copyOfRange(samples, from, from + count);
  }
}
