package io.gpuinfer.engine.operators;

import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.program.Action;
import io.gpuinfer.engine.program.Action.Coordinates;
import io.gpuinfer.engine.program.Action.Rounding;
import io.gpuinfer.engine.program.Builder;
import io.gpuinfer.engine.program.Shapes;
import io.gpuinfer.engine.program.Value;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Operators that read an image between its pixels. */
final class SamplingOperators {

  private SamplingOperators() {}

  static void addTo(Map<String, Operator> all) {
    all.put("Resize", SamplingOperators::resize);
    all.put("Upsample", SamplingOperators::resize);
    all.put("GridSample", SamplingOperators::gridSample);
  }

  private static List<Value> resize(Call call) {
    Value data = call.input(0);
    int rank = data.rank();
    boolean upsample = call.node().type().equals("Upsample") || call.opset() < 11;
    float[] scales = new float[rank];
    int[] shape = data.shape();
    int scalesAt = upsample ? 1 : 2;
    boolean bySize = !upsample && call.has(3) && call.input(3).size() > 0;
    for (int i = 0; i < rank; i++) {
      if (bySize) {
        shape[i] = Math.toIntExact(call.known(3)[i]);
        scales[i] = (float) shape[i] / data.dim(i);
      } else {
        scales[i] = scale(call, scalesAt, i);
        shape[i] = (int) Math.floor(data.dim(i) * scales[i]);
      }
    }
    String mode = call.attributes().text("mode", "nearest");
    String coordinates =
        call.attributes()
            .text("coordinate_transformation_mode", upsample ? "asymmetric" : "half_pixel");
    String rounding =
        call.attributes().text("nearest_mode", upsample ? "floor" : "round_prefer_floor");
    if ((!mode.equals("nearest") && !mode.equals("linear"))
        || call.attributes().flag("antialias", false)
        || call.attributes().has("axes")
        || !call.attributes().text("keep_aspect_ratio_policy", "stretch").equals("stretch")) {
      throw new ModelLoadException(
          "Node '"
              + call.node().name()
              + "': Resize is supported with mode nearest or linear, without"
              + " antialias, axes or aspect policy; this one has mode "
              + mode);
    }
    return List.of(
        spatial(call, data, shape, scales, mode.equals("linear"), coordinates, rounding));
  }

  private static float scale(Call call, int input, int axis) {
    float scale;
    if (call.has(input)) {
      call.known(input);
      scale = (float) call.input(input).constant().doubleAt(axis);
    } else {
      scale = call.attributes().reals("scales")[axis];
    }
    if (!(scale > 0)) {
      throw call.builder().refusal("scale " + scale + " of axis " + axis + " is not above 0");
    }
    return scale;
  }

  /** Resizes two adjacent axes; the rest must keep its extent. */
  private static Value spatial(
      Call call,
      Value data,
      int[] shape,
      float[] scales,
      boolean linear,
      String coordinates,
      String rounding) {
    Builder builder = call.builder();
    Value source = data;
    int[] out = shape;
    float[] scale = scales;
    boolean last = builder.isChannelsLast(data) && shape[1] == data.dim(1);
    if (last) {
      source = builder.channelsLast(data);
      out = Shapes.permute(shape, 0, 2, 3, 1);
      scale = new float[] {scales[0], scales[2], scales[3], scales[1]};
    }
    int[] in = source.shape();
    int first = 0;
    while (first < in.length - 2 && in[first] == out[first]) {
      first++;
    }
    for (int i = 0; i < in.length; i++) {
      if (((i < first || i > first + 1) && in[i] != out[i]) || in.length < 2) {
        throw new ModelLoadException(
            "Node '"
                + call.node().name()
                + "' resizes "
                + data
                + " to "
                + Arrays.toString(shape)
                + ": only two adjacent axes are supported");
      }
    }
    Action action =
        new Action.Resize(
            Shapes.product(in, 0, first),
            Shapes.product(in, first + 2, in.length),
            linear,
            scale[first],
            scale[first + 1],
            named(call, Coordinates.class, coordinates),
            named(call, Rounding.class, rounding),
            in[first],
            in[first + 1],
            out[first],
            out[first + 1]);
    Value result = builder.emit(action, data.type(), out, source);
    return last ? builder.channelsFirst(result) : result;
  }

  private static <E extends Enum<E>> E named(Call call, Class<E> kind, String name) {
    try {
      return Enum.valueOf(kind, name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new ModelLoadException(
          "Node '" + call.node().name() + "': '" + name + "' is not supported", e);
    }
  }

  private static List<Value> gridSample(Call call) {
    Builder builder = call.builder();
    Value data = call.input(0);
    Value grid = call.input(1);
    String mode = call.attributes().text("mode", "linear");
    String padding = call.attributes().text("padding_mode", "zeros");
    if (!mode.endsWith("linear") || padding.equals("reflection") || data.rank() != 4) {
      throw new ModelLoadException(
          "Node '"
              + call.node().name()
              + "': GridSample is supported for images, linear, with padding"
              + " zeros or border; this one has "
              + mode
              + " and "
              + padding);
    }
    if (grid.rank() != 4 || grid.dim(3) != 2 || grid.dim(0) != data.dim(0)) {
      throw new InvalidInputException(
          "Node '" + call.node().name() + "' cannot sample " + data + " at " + grid);
    }
    Action action =
        new Action.GridSample(
            call.attributes().flag("align_corners", false), padding.equals("border"));
    int[] shape = {data.dim(0), grid.dim(1), grid.dim(2), data.dim(1)};
    Value result = builder.emit(action, data.type(), shape, builder.channelsLast(data), grid);
    return List.of(builder.channelsFirst(result));
  }
}
