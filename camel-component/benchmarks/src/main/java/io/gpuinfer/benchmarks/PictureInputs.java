package io.gpuinfer.benchmarks;

import io.gpuinfer.engine.Tensor;
import java.util.Arrays;
import java.util.Random;

/** Pictures that look like print to a network: dark strokes on a bright ground, from −1 to 1. */
final class PictureInputs {

  private static final int CHANNELS = 3;
  private static final int PIXELS_PER_STROKE = 250;
  private static final int LONGEST_STROKE = 16;
  private static final int WIDEST_STROKE = 3;

  private static final float GROUND = 0.95f;
  private static final float INK = -0.9f;

  private PictureInputs() {}

  /** As {@code [batch, 3, height, width]}. */
  static Tensor of(int batch, int height, int width) {
    Random random = new Random(1);
    float[] values = new float[batch * CHANNELS * height * width];
    Arrays.fill(values, GROUND);
    int plane = height * width;
    for (int picture = 0; picture < batch; picture++) {
      for (int stroke = 0; stroke < plane / PIXELS_PER_STROKE; stroke++) {
        boolean upright = random.nextBoolean();
        int length = 1 + random.nextInt(LONGEST_STROKE);
        int breadth = 1 + random.nextInt(WIDEST_STROKE);
        int left = random.nextInt(width);
        int top = random.nextInt(height);
        int right = Math.min(width, left + (upright ? breadth : length));
        int bottom = Math.min(height, top + (upright ? length : breadth));
        for (int channel = 0; channel < CHANNELS; channel++) {
          for (int y = top; y < bottom; y++) {
            int row = (picture * CHANNELS + channel) * plane + y * width;
            Arrays.fill(values, row + left, row + right, INK);
          }
        }
      }
    }
    return Tensor.wrap(values, batch, CHANNELS, height, width);
  }

  /** The same pictures as {@code [batch, height, width, 3]}. */
  static Tensor channelsLast(int batch, int height, int width) {
    float[] planes = of(batch, height, width).toFloatArray();
    float[] pixels = new float[planes.length];
    int plane = height * width;
    for (int i = 0; i < planes.length; i++) {
      int picture = i / (CHANNELS * plane);
      int channel = i / plane % CHANNELS;
      pixels[(picture * plane + i % plane) * CHANNELS + channel] = planes[i];
    }
    return Tensor.wrap(pixels, batch, height, width, CHANNELS);
  }
}
