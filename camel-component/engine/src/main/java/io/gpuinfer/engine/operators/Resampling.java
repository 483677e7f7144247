package io.gpuinfer.engine.operators;

import java.util.stream.IntStream;

/**
 * How one axis of a resized tensor reads the axis it is made from: for each output element some
 * elements and their weights.
 *
 * @param axis the axis and its mode
 */
record Resampling(Axis axis) {

  /**
   * One axis to resize.
   *
   * @param extent elements before
   * @param out elements after
   * @param scale output over input extent, as the coordinates use it
   * @param start where the region begins, as a share of the extent
   * @param end where the region ends
   * @param coordinates ONNX's {@code coordinate_transformation_mode}
   */
  record Axis(int extent, int out, float scale, float start, float end, String coordinates) {

    boolean crops() {
      return coordinates.equals("tf_crop_and_resize");
    }

    /** Where an output element lies on the input; NaN for a mode that is not known. */
    float source(int j) {
      float last = extent - 1;
      return switch (coordinates) {
        case "half_pixel" -> (j + 0.5f) / scale - 0.5f;
        case "pytorch_half_pixel" -> out > 1 ? (j + 0.5f) / scale - 0.5f : 0;
        case "half_pixel_symmetric" -> {
          float whole = out / (scale * extent); // the share of the exact extent that is there
          yield extent / 2f * (1 - whole) + (j + 0.5f) / scale - 0.5f;
        }
        case "asymmetric" -> j / scale;
        case "align_corners" -> out > 1 ? j * last / (out - 1) : 0;
        case "tf_half_pixel_for_nn" -> (j + 0.5f) / scale;
        case "tf_crop_and_resize" ->
            out > 1
                ? start * last + j * (end - start) * last / (out - 1)
                : 0.5f * (start + end) * last;
        default -> Float.NaN;
      };
    }

    /** Whether an output element lies beyond the input, where a crop has no elements. */
    boolean isOutside(int j) {
      float at = source(j);
      return crops() && (at < 0 || at > extent - 1);
    }
  }

  /** Elements read, and their weights: both {@code [out, taps]}. */
  record Taps(int count, int[] indices, float[] weights) {}

  /** The element nearest to each output element. */
  int[] nearest(String rounding) {
    int[] indices = new int[axis.out()];
    for (int j = 0; j < indices.length; j++) {
      float at = axis.source(j);
      double rounded =
          switch (rounding) {
            case "round_prefer_floor" -> Math.ceil(at - 0.5f);
            case "round_prefer_ceil" -> Math.floor(at + 0.5f);
            case "floor" -> Math.floor(at);
            case "ceil" -> Math.ceil(at);
            default -> Double.NaN;
          };
      if (Double.isNaN(rounded)) {
        return null;
      }
      indices[j] = clamp((int) rounded);
    }
    return indices;
  }

  private int clamp(int index) {
    return Math.max(0, Math.min(index, axis.extent() - 1));
  }

  /**
   * @param cubic whether a third-degree curve goes through four elements, else a line through two
   * @param a the curve's coefficient
   * @param excludeOutside whether elements beyond the edge have no weight, else they are the edge's
   * @param antialias whether a smaller output weighs all the elements that it stands for
   */
  Taps taps(boolean cubic, float a, boolean excludeOutside, boolean antialias) {
    float wide = antialias ? Math.max(1, 1 / axis.scale()) : 1;
    float support = (cubic ? 2 : 1) * wide;
    int count = 2 * (int) Math.ceil(support);
    int[] indices = new int[axis.out() * count];
    float[] weights = new float[axis.out() * count];
    for (int j = 0; j < axis.out(); j++) {
      if (axis.isOutside(j)) {
        continue; // what has no weights is zero
      }
      float at = axis.source(j);
      int first = (int) Math.floor(at) - count / 2 + 1;
      float sum = 0;
      for (int t = 0; t < count; t++) {
        int index = first + t;
        boolean outside = index < 0 || index >= axis.extent();
        float distance = Math.abs(at - index) / wide;
        float weight = cubic ? cubic(distance, a) : Math.max(0, 1 - distance);
        weights[j * count + t] = excludeOutside && outside ? 0 : weight;
        indices[j * count + t] = clamp(index);
        sum += weights[j * count + t];
      }
      for (int t = 0; t < count; t++) {
        weights[j * count + t] /= sum;
      }
    }
    return new Taps(count, indices, weights);
  }

  private static float cubic(float t, float a) {
    if (t <= 1) {
      return ((a + 2) * t - (a + 3)) * t * t + 1;
    }
    return t < 2 ? ((a * t - 5 * a) * t + 8 * a) * t - 4 * a : 0;
  }

  /** A value for the output elements that lie outside, zero for the others. */
  float[] filling(float value) {
    float[] filling = new float[axis.out()];
    for (int j = 0; j < filling.length; j++) {
      filling[j] = axis.isOutside(j) ? value : 0;
    }
    return filling;
  }

  /** Whether nothing changes along the axis. */
  boolean isIdentity() {
    return axis.extent() == axis.out()
        && IntStream.range(0, axis.out()).allMatch(j -> axis.source(j) == j);
  }
}
