package io.gpuinfer.engine.plan;

import static io.gpuinfer.engine.program.Action.Conv.PANEL;

import io.gpuinfer.engine.BFloat16;
import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.Float16;
import io.gpuinfer.engine.Tensor;
import java.nio.FloatBuffer;

/**
 * Weights in the order in which kernels read them: panels of 32 output columns, within a panel one
 * row of 32 for every step of the inner dimension, so that a register tile reads forward. The last
 * panel is filled up with zeros.
 */
final class Packing {

  private Packing() {}

  /** The weight at an output column and a step of the inner dimension. */
  @FunctionalInterface
  private interface Source {
    int index(int column, int step);
  }

  private static void pack(
      FloatBuffer from, float[] to, int at, int columns, int depth, Source source) {
    for (int column = 0; column < columns; column++) {
      int base = at + column / PANEL * depth * PANEL + column % PANEL;
      for (int step = 0; step < depth; step++) {
        to[base + step * PANEL] = normal(from.get(source.index(column, step)));
      }
    }
  }

  /**
   * Zero for a subnormal weight. Training with weight decay leaves many of them; they change no
   * result, but each multiplication by one costs a processor over a hundred cycles.
   */
  private static float normal(float weight) {
    return Math.abs(weight) < Float.MIN_NORMAL ? 0 : weight;
  }

  private static int panels(int columns) {
    return (columns + PANEL - 1) / PANEL;
  }

  /** {@code [K, N]}, whatever axes of extent 1 stand before. */
  static float[] matrix(Tensor matrix) {
    int columns = (int) matrix.dim(-1);
    int depth = matrix.size() / Math.max(1, columns);
    float[] packed = new float[panels(columns) * depth * PANEL];
    pack(
        matrix.toFloat32().floats(),
        packed,
        0,
        columns,
        depth,
        (column, step) -> step * columns + column);
    return packed;
  }

  /**
   * The same numbers in 16 bits of the type each, two in an element, the first in its lower half.
   */
  static float[] narrow(DataType type, float... numbers) {
    float[] narrow = new float[numbers.length / 2];
    for (int i = 0; i < narrow.length; i++) {
      int low = bits(type, numbers[2 * i]);
      int high = bits(type, numbers[2 * i + 1]);
      narrow[i] = pair(low, high);
    }
    return narrow;
  }

  /** An element that holds two of 16 bits. */
  private static float pair(int low, int high) {
    return Float.intBitsToFloat(high << 16 | (low & 0xffff));
  }

  private static short bits(DataType type, float number) {
    return type == DataType.FLOAT16 ? Float16.of(number) : BFloat16.of(number);
  }

  /**
   * {@code [K, N]} of integers of 16 bits: two steps of a column in each element, the first one in
   * its lower half.
   */
  static float[] pairs(Tensor matrix) {
    int columns = (int) matrix.dim(-1);
    int depth = matrix.size() / columns;
    int pairs = (depth + 1) / 2;
    FloatBuffer from = matrix.toFloat32().floats();
    float[] packed = new float[panels(columns) * pairs * PANEL];
    for (int column = 0; column < columns; column++) {
      int base = column / PANEL * pairs * PANEL + column % PANEL;
      for (int pair = 0; pair < pairs; pair++) {
        int low = (int) from.get(2 * pair * columns + column);
        int high = 2 * pair + 1 < depth ? (int) from.get((2 * pair + 1) * columns + column) : 0;
        packed[base + pair * PANEL] = pair(low, high);
      }
    }
    return packed;
  }

  /** {@code [M, C/groups, KH, KW]}; the inner dimension runs over (KH, KW, C/groups). */
  static float[] conv(Tensor filter, int groups) {
    int columns = (int) filter.dim(0) / groups;
    int channels = (int) filter.dim(1);
    int taps = (int) (filter.dim(2) * filter.dim(3));
    int depth = taps * channels;
    int perGroup = panels(columns) * depth * PANEL;
    float[] packed = new float[groups * perGroup];
    FloatBuffer from = filter.toFloat32().floats();
    for (int g = 0; g < groups; g++) {
      int first = g * columns;
      pack(
          from,
          packed,
          g * perGroup,
          columns,
          depth,
          (column, step) ->
              ((first + column) * channels + step % channels) * taps + step / channels);
    }
    return packed;
  }

  /**
   * {@code [M, C, 3, 3]} transformed for {@link Winograd}: {@code G · g · Gᵀ}, position by
   * position.
   */
  static float[] winograd(Tensor filter) {
    int columns = (int) filter.dim(0);
    int channels = (int) filter.dim(1);
    FloatBuffer from = filter.toFloat32().floats();
    float[] transformed = new float[Winograd.POSITIONS * columns * channels];
    double[] rows = new double[18];
    for (int i = 0; i < columns * channels; i++) {
      for (int x = 0; x < 3; x++) {
        transformLine(
            from.get(9 * i + x), from.get(9 * i + 3 + x), from.get(9 * i + 6 + x), rows, x);
      }
      double[] line = new double[18];
      for (int y = 0; y < 6; y++) {
        transformLine(rows[3 * y], rows[3 * y + 1], rows[3 * y + 2], line, 0);
        for (int x = 0; x < 6; x++) {
          transformed[(6 * y + x) * columns * channels + i] = (float) line[3 * x];
        }
      }
    }
    int perPosition = panels(columns) * channels * PANEL;
    float[] packed = new float[Winograd.POSITIONS * perPosition];
    FloatBuffer read = FloatBuffer.wrap(transformed);
    for (int k = 0; k < Winograd.POSITIONS; k++) {
      int first = k * columns * channels;
      pack(
          read,
          packed,
          k * perPosition,
          columns,
          channels,
          (column, step) -> first + column * channels + step);
    }
    return packed;
  }

  /** Three weights of a line become six, which go to every third place from {@code at} on. */
  private static void transformLine(double g0, double g1, double g2, double[] to, int at) {
    to[at] = g0 / 4;
    to[at + 3] = -(g0 + g1 + g2) / 6;
    to[at + 6] = -(g0 - g1 + g2) / 6;
    to[at + 9] = (g0 + 2 * g1 + 4 * g2) / 24;
    to[at + 12] = (g0 - 2 * g1 + 4 * g2) / 24;
    to[at + 15] = g2;
  }

  /** {@code [C, M, KH, KW]} with some of the taps, in the given order. */
  static float[] transposed(Tensor filter, int[] tapsY, int[] tapsX) {
    int channels = (int) filter.dim(0);
    int columns = (int) filter.dim(1);
    int kernelH = (int) filter.dim(2);
    int kernelW = (int) filter.dim(3);
    int depth = tapsY.length * tapsX.length * channels;
    float[] packed = new float[panels(columns) * depth * PANEL];
    pack(
        filter.toFloat32().floats(),
        packed,
        0,
        columns,
        depth,
        (column, step) -> {
          int tap = step / channels;
          int ky = tapsY[tap / tapsX.length];
          int kx = tapsX[tap % tapsX.length];
          return ((step % channels * columns + column) * kernelH + ky) * kernelW + kx;
        });
    return packed;
  }

  /** {@code [C, 1, KH, KW]} as {@code [KH, KW, C]}. */
  static float[] depthwise(Tensor filter) {
    int channels = (int) filter.dim(0);
    int taps = (int) (filter.dim(2) * filter.dim(3));
    FloatBuffer from = filter.toFloat32().floats();
    float[] packed = new float[filter.size()];
    for (int c = 0; c < channels; c++) {
      for (int tap = 0; tap < taps; tap++) {
        packed[tap * channels + c] = normal(from.get(c * taps + tap));
      }
    }
    return packed;
  }
}
