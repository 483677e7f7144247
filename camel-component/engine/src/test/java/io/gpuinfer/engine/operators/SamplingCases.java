package io.gpuinfer.engine.operators;

import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.testing.ModelBuilder;
import java.util.stream.Stream;

/** Operators that read an image between its pixels. */
final class SamplingCases {

  private static final long[] IMAGE = {1, 3, 5, 6};

  private SamplingCases() {}

  static Stream<OperatorFamily> families() {
    return Stream.of(
        resize(11),
        resize(13),
        resizeOtherwise(),
        resizeSomeAxes(),
        resizeOfOpset10(),
        upsample(),
        gridSample(),
        gridSampleOtherwise(),
        regions());
  }

  private static OperatorFamily resize(int opset) {
    OperatorFamily f = new OperatorFamily("resize", opset);
    float[][] scales = {{2, 2}, {0.5f, 0.5f}, {1.6f, 0.7f}, {3, 1}, {1, 2.5f}};
    long[][] sizes = {{10, 12}, {3, 4}, {8, 5}, {1, 1}, {5, 13}};
    for (String coordinates :
        new String[] {"half_pixel", "pytorch_half_pixel", "asymmetric", "align_corners"}) {
      for (int k = 0; k < sizes.length; k++) {
        f.check(
            byScale(f, scales[k])
                .with("mode", "linear")
                .with("coordinate_transformation_mode", coordinates));
        f.check(
            bySize(f, sizes[k])
                .with("mode", "linear")
                .with("coordinate_transformation_mode", coordinates));
        for (String rounding :
            new String[] {"round_prefer_floor", "round_prefer_ceil", "floor", "ceil"}) {
          f.check(
              (k % 2 == 0 ? byScale(f, scales[k]) : bySize(f, sizes[k]))
                  .with("mode", "nearest")
                  .with("nearest_mode", rounding)
                  .with("coordinate_transformation_mode", coordinates));
        }
      }
    }
    f.check(byScale(f, 2, 2));
    // Sizes and scales that come with the request.
    String none = f.constant(Tensor.of(new float[0], 0));
    f.check(
        f.op("Resize", f.x(IMAGE), none, none, f.data(Tensor.of(new long[] {1, 3, 7, 9}, 4)))
            .with("mode", "linear"));
    f.check(
        f.op("Resize", f.x(IMAGE), none, f.data(Tensor.of(new float[] {1, 1, 2, 3}, 4)))
            .with("mode", "nearest"));
    // Channels last.
    f.check(
        f.op("Resize", f.x(1, 4, 5, 3), none, none, f.constant(1, 8, 7, 3))
            .with("mode", "nearest"));
    return f;
  }

  private static ModelBuilder.Node byScale(OperatorFamily f, float... scales) {
    String none = f.constant(Tensor.of(new float[0], 0));
    Tensor all = Tensor.of(new float[] {1, 1, scales[0], scales[1]}, 4);
    return f.op("Resize", f.x(IMAGE), none, f.constant(all));
  }

  private static ModelBuilder.Node bySize(OperatorFamily f, long... sizes) {
    String none = f.constant(Tensor.of(new float[0], 0));
    return f.op("Resize", f.x(IMAGE), none, none, f.constant(1, 3, sizes[0], sizes[1]));
  }

  private static OperatorFamily resizeOfOpset10() {
    OperatorFamily f = new OperatorFamily("resize-old", 10);
    for (String mode : new String[] {"nearest", "linear"}) {
      f.check(
          f.op("Resize", f.x(IMAGE), f.constant(Tensor.of(new float[] {1, 1, 2, 2.5f}, 4)))
              .with("mode", mode));
    }
    return f;
  }

  private static OperatorFamily upsample() {
    OperatorFamily f = new OperatorFamily("upsample", 9);
    for (String mode : new String[] {"nearest", "linear"}) {
      f.check(
          f.op("Upsample", f.x(IMAGE), f.constant(Tensor.of(new float[] {1, 1, 2, 3}, 4)))
              .with("mode", mode));
    }
    return f;
  }

  private static OperatorFamily gridSample() {
    OperatorFamily f = new OperatorFamily("grid-sample", 16);
    for (String padding : new String[] {"zeros", "border"}) {
      for (int align = 0; align < 2; align++) {
        for (int channels : new int[] {1, 3, 17}) {
          f.check(
              f.op(
                      "GridSample",
                      f.x(2, channels, 5, 6),
                      f.data(f.random().uniform(-1.5f, 1.5f, 2, 4, 3, 2)))
                  .with("mode", "bilinear")
                  .with("padding_mode", padding)
                  .with("align_corners", align));
        }
        float[] far = {-1e5f, 0, 1e5f, 1e5f, 1, 1, -1, -1, 30, -30, 0, 0};
        f.check(
            f.op("GridSample", f.x(1, 2, 5, 6), f.data(Tensor.of(far, 1, 2, 3, 2)))
                .with("padding_mode", padding)
                .with("align_corners", align));
      }
    }
    return f;
  }

  private static OperatorFamily resizeOtherwise() {
    OperatorFamily f = new OperatorFamily("resize-more", 13);
    float[][] scales = {{2, 2}, {0.6f, 0.6f}, {1.6f, 0.7f}, {1, 2.5f}};
    for (String coordinates :
        new String[] {"half_pixel", "pytorch_half_pixel", "asymmetric", "align_corners"}) {
      for (float[] scale : scales) {
        for (int exclude = 0; exclude < 2; exclude++) {
          f.check(
              byScale(f, scale)
                  .with("mode", "cubic")
                  .with("cubic_coeff_a", exclude == 0 ? -0.75f : -0.5f)
                  .with("exclude_outside", exclude)
                  .with("coordinate_transformation_mode", coordinates));
        }
      }
    }
    f.check(bySize(f, 9, 4).with("mode", "cubic"));
    String none = f.constant(Tensor.of(new float[0], 0));
    for (String mode : new String[] {"nearest", "linear"}) {
      f.check(
          f.op("Resize", f.x(1, 2, 3, 4, 5), none, none, f.constant(1, 2, 5, 2, 9))
              .with("mode", mode));
      String region = f.constant(Tensor.of(new float[] {0, 0, 0.2f, -0.3f, 1, 1, 1.4f, 0.7f}, 8));
      f.check(
          f.op("Resize", f.x(IMAGE), region, none, f.constant(1, 3, 4, 7))
              .with("mode", mode)
              .with("extrapolation_value", 7.5f)
              .with("coordinate_transformation_mode", "tf_crop_and_resize"));
    }
    return f;
  }

  private static OperatorFamily resizeSomeAxes() {
    OperatorFamily f = new OperatorFamily("resize-axes", 19);
    String none = f.constant(Tensor.of(new float[0], 0));
    for (String policy : new String[] {"stretch", "not_larger", "not_smaller"}) {
      f.check(
          f.op("Resize", f.x(IMAGE), none, none, f.constant(7, 8))
              .withAll("axes", 2, 3)
              .with("mode", "linear")
              .with("keep_aspect_ratio_policy", policy));
    }
    for (String mode : new String[] {"linear", "cubic"}) {
      for (float scale : new float[] {0.6f, 0.4f, 2}) {
        f.check(
            f.op(
                    "Resize",
                    f.x(1, 2, 11, 13),
                    none,
                    f.constant(Tensor.of(new float[] {1, 1, scale, scale}, 4)))
                .with("mode", mode)
                .with("antialias", 1));
      }
      f.check(
          byScale(f, 0.7f, 1.3f)
              .with("mode", mode)
              .with("coordinate_transformation_mode", "half_pixel_symmetric"));
    }
    return f;
  }

  private static OperatorFamily gridSampleOtherwise() {
    OperatorFamily f = new OperatorFamily("grid-sample-more", 16);
    for (String mode : new String[] {"nearest", "bilinear", "bicubic"}) {
      for (String padding : new String[] {"zeros", "border", "reflection"}) {
        for (int align = 0; align < 2; align++) {
          f.check(
              f.op(
                      "GridSample",
                      f.x(2, 18, 5, 6),
                      f.data(f.random().uniform(-2.5f, 2.5f, 2, 4, 3, 2)))
                  .with("mode", mode)
                  .with("padding_mode", padding)
                  .with("align_corners", align));
        }
      }
    }
    return f;
  }

  private static OperatorFamily regions() {
    OperatorFamily f = new OperatorFamily("roi-align", 16);
    float[] corners = {0, 0, 6, 5, 1.5f, 2, 9, 4.5f, -3, -2, 4, 3, 5, 5, 5.2f, 5.1f};
    String boxes = f.data(Tensor.of(corners, 4, 4));
    String images = f.data(Tensor.of(new long[] {0, 1, 1, 0}, 4));
    for (String mode : new String[] {"avg", "max"}) {
      for (int samples = 0; samples < 3; samples++) {
        for (String shift : new String[] {"half_pixel", "output_half_pixel"}) {
          f.check(
              f.op("RoiAlign", f.x(2, 3, 7, 8), boxes, images)
                  .with("mode", mode)
                  .with("sampling_ratio", samples)
                  .with("coordinate_transformation_mode", shift)
                  .with("spatial_scale", 0.8f)
                  .with("output_height", 3)
                  .with("output_width", 2));
        }
      }
    }
    return f;
  }
}
